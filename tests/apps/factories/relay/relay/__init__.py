import logging
import os

from flask import Flask

from .extensions import db, limiter, migrate, redis_client

try:
    import sentry_sdk
    from sentry_sdk.integrations.flask import FlaskIntegration
except ImportError:
    sentry_sdk = None

try:
    import relay_enterprise
except ImportError:
    relay_enterprise = None

log = logging.getLogger(__name__)


def create_app():
    app = Flask(__name__)

    env = os.environ.get("APP_ENV", "development")
    if env == "production":
        app.config.from_object("relay.settings.Production")
    elif env == "testing":
        app.config.from_object("relay.settings.Testing")
    else:
        app.config.from_object("relay.settings.Development")
    app.config.from_envvar("RELAY_SETTINGS", silent=True)

    if sentry_sdk is not None and app.config.get("SENTRY_DSN"):
        sentry_sdk.init(
            dsn=app.config["SENTRY_DSN"],
            integrations=[FlaskIntegration()],
            traces_sample_rate=0.1,
            environment=env,
        )

    db.init_app(app)
    migrate.init_app(app, db, directory="db/migrations")
    redis_client.init_app(app)
    if not app.config["TESTING"]:
        limiter.init_app(app)

    from . import channels, health
    app.register_blueprint(channels.bp, url_prefix="/channels")
    app.register_blueprint(health.bp)

    if relay_enterprise:
        relay_enterprise.init_app(app)
    else:
        log.debug("community edition")

    return app
