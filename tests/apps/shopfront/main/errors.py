"""Errors as pages, for the whole app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template
from sqlalchemy.exc import OperationalError

from shopfront.main import bp

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import NotFound

__all__ = ["closed", "not_found"]


@bp.app_errorhandler(404)
def not_found(error: NotFound) -> ResponseReturnValue:  # noqa: ARG001 - Flask passes it
    """Say that there is no such page."""
    return render_template("message.html", message="no such page"), 404


@bp.app_errorhandler(OperationalError)
def closed(error: OperationalError) -> ResponseReturnValue:  # noqa: ARG001 - Flask passes it
    """Say that the shop is closed while its database is."""
    return render_template("message.html", message="closed"), 503
