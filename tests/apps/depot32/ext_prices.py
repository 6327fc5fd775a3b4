"""Prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "init_app", "show_price"]

bp = Blueprint("prices", __name__)


@bp.get("/<kind>")
def show_price(kind: str) -> ResponseReturnValue:
    """Look a price up; what was looked up once is kept."""
    cache = current_app.extensions["cache"]
    cache[kind] = cache.get(kind) or current_app.extensions["rates"].get(kind)
    return {"cents": cache[kind]} if cache[kind] else abort(404)


def init_app(app: Flask) -> None:
    """Register the views."""
    app.register_blueprint(bp, url_prefix="/prices")
