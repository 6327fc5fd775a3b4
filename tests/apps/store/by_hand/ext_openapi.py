"""The API, and its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_smorest import Api
from store.views import orders

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Describe it."""
    app.config |= {
        "API_TITLE": "A store",
        "API_VERSION": app.config["VERSION"],
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "/openapi.json",
    }
    Api(app).register_blueprint(orders)
