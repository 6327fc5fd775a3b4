"""Whether the depot works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "init_app", "live", "ready"]

bp = Blueprint("health", __name__)


@bp.get("/live")
def live() -> ResponseReturnValue:
    """Answer that it does."""
    return {"status": "live"}


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """Answer that the store is there."""
    return {"kinds": sorted(current_app.extensions["store"].kinds)}


def init_app(app: Flask) -> None:
    """Register the views."""
    app.register_blueprint(bp, url_prefix="/health")
