"""What clerks may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app
from flask_login import login_required

from depot32.switches import is_on

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "init_app", "is_enabled", "show_queue"]

bp = Blueprint("admin", __name__)


@bp.get("/queue")
@login_required  # type: ignore[untyped-decorator]  # the extension has no types
def show_queue() -> ResponseReturnValue:
    """Show what waits."""
    return list(current_app.extensions["queue"])


def is_enabled() -> bool:
    """Return whether clerks work here."""
    return is_on("ADMIN", default=True)


def init_app(app: Flask) -> None:
    """Register the views."""
    app.register_blueprint(bp, url_prefix="/admin")
