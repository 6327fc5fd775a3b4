"""The areas of the console: blueprints within a blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["build_tree", "count_visit", "show_area"]


def show_area() -> ResponseReturnValue:
    """Name the area, and say how often this console was visited."""
    visits = current_app.extensions["visits"]
    return {"area": request.blueprint, "title": current_app.config["TITLE"], "visits": visits}


def count_visit() -> None:
    """Count a visit to any area."""
    current_app.extensions["visits"] += 1


def build_tree(app: Flask) -> None:
    """Make this app's areas and register them, the inner ones below the outer one."""
    app.extensions["visits"] = 0
    outer = Blueprint("areas", __name__, url_prefix="/areas")
    outer.before_request(count_visit)
    for name in ("north", "south"):
        inner = Blueprint(name, __name__)
        inner.add_url_rule("/", view_func=show_area)
        outer.register_blueprint(inner, url_prefix=f"/{name}")
    app.register_blueprint(outer)
