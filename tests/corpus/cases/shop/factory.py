"""Make the app."""

from __future__ import annotations

from flask import Flask


def make_shop(title: str) -> Flask:
    """Make it with a title."""
    app = Flask(__name__, instance_relative_config=True)
    app.config["TITLE"] = title
    return app
