"""The gates of the depot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "init_app", "list_gates"]

bp = Blueprint("gates", __name__)


@bp.get("/")
def list_gates() -> ResponseReturnValue:
    """List them."""
    return current_app.extensions["store"].list("gates")


def init_app(app: Flask) -> None:
    """Register the views."""
    app.register_blueprint(bp, url_prefix="/gates")
