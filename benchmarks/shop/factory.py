"""Make the shop by hand, with the steps of ``profiles/shop.yaml`` in the same order."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Flask, Response, jsonify
from flask.logging import default_handler, wsgi_errors_stream
from flask_compress import Compress
from flask_migrate import Migrate
from sqlalchemy import text
from werkzeug.middleware.proxy_fix import ProxyFix

from benchmarks.shop import request_ids, views
from benchmarks.shop.extensions import cors, db, login

if TYPE_CHECKING:
    from typing import TextIO

__all__ = ["create_app"]

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def create_app() -> Flask:
    """Make the app: config, ten extensions, five blueprints."""
    app = Flask("benchmarks.shop")
    app.config.from_object("benchmarks.shop.settings.Production")
    app.config.update(JSON_SORT_KEYS=True, SESSION_COOKIE_NAME="shop")
    set_up_logging(app)
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("SECRET_KEY is not set")
    Compress().init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True, render_as_batch=True)
    login.init_app(app)
    cors.init_app(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=0, x_port=0)  # type: ignore[method-assign]  # the way Flask documents
    request_ids.init_app(app)
    app.register_blueprint(build_health_blueprint(), url_prefix="/health")
    app.register_blueprint(views.catalogue, url_prefix="/api")
    app.register_blueprint(views.basket, url_prefix="/basket")
    app.register_blueprint(views.orders, url_prefix="/orders")
    app.register_blueprint(views.account, url_prefix="/account")
    app.register_blueprint(views.service, url_prefix="/service")
    return app


def set_up_logging(app: Flask, pattern: str = FORMAT) -> logging.Handler:
    """Write lines of text from INFO on, with one handler however often an app is made."""
    root = logging.getLogger()
    for handler in list(root.handlers):
        if handler.get_name() == "shop":
            root.removeHandler(handler)
    handler = logging.StreamHandler(cast("TextIO", wsgi_errors_stream))
    handler.set_name("shop")
    handler.setFormatter(logging.Formatter(pattern))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    app.logger.removeHandler(default_handler)
    return handler


def build_health_blueprint() -> Blueprint:
    """Make the routes ``/live``, ``/startup`` and ``/ready``."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/live")
    def live() -> Response:
        return jsonify(status="live")

    @blueprint.get("/startup")
    def startup() -> Response:
        return jsonify(status="started")

    @blueprint.get("/ready")
    def ready() -> Response:
        db.session.execute(text("select 1"))
        return jsonify(status="ready")

    return blueprint
