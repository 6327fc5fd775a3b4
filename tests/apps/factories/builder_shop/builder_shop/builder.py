from __future__ import annotations

import os
from typing import Any

from flask import Flask
from flask_compress import Compress
from flask_cors import CORS
from flask_mailman import Mail

from . import checkout, goods
from .settings import SETTINGS


class AppBuilder:
    """Builds the Flask app step by step."""

    extensions = (Compress(), CORS(), Mail())

    def __init__(self, package: str) -> None:
        self.package = package

    def __call__(self, env: str | None = None, **overrides: Any) -> Flask:
        self.env = env or os.environ.get("SHOP_ENV", "dev")
        app = self.make_app()
        self.configure(app, overrides)
        self.init_extensions(app)
        self.init_views(app)
        self.init_errors(app)
        return app

    def make_app(self) -> Flask:
        return Flask(self.package, static_url_path="/assets", static_folder="assets")

    def configure(self, app: Flask, overrides: dict[str, Any]) -> None:
        app.config.from_object(SETTINGS[self.env])
        app.config.from_mapping(overrides)
        if not app.config.get("SECRET_KEY"):
            raise RuntimeError("SECRET_KEY is missing")

    def init_extensions(self, app: Flask) -> None:
        for extension in self.extensions:
            extension.init_app(app)

    def init_views(self, app: Flask) -> None:
        app.register_blueprint(goods.bp, url_prefix="/goods")
        app.register_blueprint(checkout.bp, url_prefix="/checkout")
        app.add_url_rule("/ping", "ping", self.ping)

    def init_errors(self, app: Flask) -> None:
        app.register_error_handler(checkout.OutOfStock, checkout.out_of_stock)

    @staticmethod
    def ping() -> str:
        return "pong"
