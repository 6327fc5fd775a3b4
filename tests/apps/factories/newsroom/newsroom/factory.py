import os

from celery import Celery, Task
from flask import Flask
from flask_caching import Cache
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from newsroom import desk

cache = Cache()


def celery_init_app(app: Flask) -> Celery:
    class FlaskTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery_app = Celery(app.name, task_cls=FlaskTask)
    celery_app.config_from_object(app.config["CELERY"])
    celery_app.set_default()
    app.extensions["celery"] = celery_app
    return celery_app


def make_cache_settings(app):
    redis_url = app.config.get("CACHE_REDIS_URL")
    if redis_url:
        return {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": redis_url}
    return {"CACHE_TYPE": "SimpleCache", "CACHE_DEFAULT_TIMEOUT": 60}


def create_app(settings_override=None, register_security_headers=True):
    """Return the newsroom's app.

    :param settings_override: a dictionary of settings to override
    :param register_security_headers: flag to denote if security headers are sent
    """
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_object("newsroom.settings")
    app.config.from_pyfile("settings.py", silent=True)
    app.config.from_prefixed_env()
    if settings_override is not None:
        app.config.update(settings_override)

    celery_init_app(app)
    cache.init_app(app, config=make_cache_settings(app))
    Compress(app)
    limiter = Limiter(
        key_func=get_remote_address,
        app=app,
        default_limits=app.config["LIMITS"],
        storage_uri="memory://",
    )

    app.register_blueprint(desk.bp)
    limiter.exempt(desk.health)

    if register_security_headers:

        @app.after_request
        def secure(response):
            response.headers.setdefault("X-Frame-Options", "DENY")
            return response

    if os.getenv("NEWSROOM_TRACE") == "1":
        app.before_request(desk.trace)

    return app


def make_celery():
    return create_app().extensions["celery"]
