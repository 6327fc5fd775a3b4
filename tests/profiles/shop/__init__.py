"""What the valid profiles name: lint looks for it there, without importing anything."""

from __future__ import annotations

from flask import Flask


def create_flask(
    import_name: str, *, instance_relative_config: bool = False, **options: object
) -> Flask:
    """Make the Flask object, and keep what Flask itself does not take."""
    app = Flask(import_name, instance_relative_config=instance_relative_config)
    app.extensions["shop"] = options
    return app


def init_app(app: Flask) -> None:
    """Give the shop the app."""
    app.extensions["shop.app"] = app
