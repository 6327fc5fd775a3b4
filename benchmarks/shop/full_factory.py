"""Make an app by hand with the twenty steps of ``profiles/full.yaml``, in the same order."""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

import orjson
from babel import negotiate_locale
from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import Babel
from flask_caching import Cache
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mailman import Mail
from flask_migrate import Migrate
from flask_session.redis import RedisSessionInterface
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from werkzeug.middleware.proxy_fix import ProxyFix

from benchmarks.shop import guards, views
from benchmarks.shop.extensions import db, login
from benchmarks.shop.factory import MIGRATIONS, set_up_logging

__all__ = ["create_app"]

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s]: %(message)s"
REDIS_URL = "redis://127.0.0.1:6379/0"  # which no request of a benchmark asks
LOCALES = ["en", "de"]


class OrjsonProvider(DefaultJSONProvider):
    """Write and read JSON with orjson, and dates as Flask does."""

    def dumps(self, obj: Any, **_: Any) -> str:  # noqa: ANN401 - as Flask has it
        """Write it, its keys sorted."""
        options = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_SORT_KEYS
        return orjson.dumps(obj, self.default, options).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:  # noqa: ANN401 - as Flask has it
        """Read it."""
        return orjson.loads(s)


def create_app() -> Flask:
    """Make the app: config, twenty extensions and what is like them, a blueprint."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    app = Flask("benchmarks.shop")
    app.config.from_object("benchmarks.shop.settings.Production")
    set_up_logging(app, FORMAT).addFilter(guards.IdFilter())
    guards.identify(app)
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("SECRET_KEY is not set")
    guards.measure(app)
    app.json = OrjsonProvider(app)
    Compress().init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, render_as_batch=True)
    add_redis(app)
    login.init_app(app)
    app.extensions["login"] = login
    guards.allow_origins(app)
    add_limits(app)
    guards.protect(app)
    app.config.update(MAIL_SERVER="127.0.0.1", MAIL_PORT=25, MAIL_TIMEOUT=10.0)
    app.extensions["mail"] = Mail(app)
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=select_locale)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0, x_port=0)  # type: ignore[method-assign]  # the way Flask documents
    app.register_blueprint(views.catalogue, url_prefix="/api")
    return app


def add_redis(app: Flask) -> None:
    """Give the app a client, with which it caches and keeps sessions."""
    client = Redis.from_url(REDIS_URL)
    app.extensions["redis"] = client
    bounds = {"socket_timeout": 1.0, "socket_connect_timeout": 1.0, "retry": Retry(NoBackoff(), 0)}
    quick = Redis.from_url(REDIS_URL, **bounds)  # without the cache, the app is slower, not stuck
    Cache().init_app(app, {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_HOST": quick})
    app.session_interface = RedisSessionInterface(app, client)


def add_limits(app: Flask) -> None:
    """Limit how often a client may ask."""
    app.config.update(
        RATELIMIT_STORAGE_URI="memory://",
        RATELIMIT_STORAGE_OPTIONS={"wrap_exceptions": True},
        RATELIMIT_DEFAULT="1000000 per second",
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_SWALLOW_ERRORS=False,
    )
    Limiter(get_remote_address).init_app(app)


def select_locale() -> str | None:
    """Return the one of ours that the browser prefers."""
    wanted = [name.replace("-", "_") for name, quality in request.accept_languages if quality]
    return negotiate_locale(wanted, LOCALES)
