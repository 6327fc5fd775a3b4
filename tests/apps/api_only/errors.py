"""Errors as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import HTTPException

    from api_only.things import UnknownColourError

__all__ = ["answer_http_error", "answer_not_found", "answer_unknown_colour"]


def answer_not_found(error: HTTPException) -> ResponseReturnValue:  # noqa: ARG001 - Flask passes it
    """Name the path that is not there, and log it."""
    current_app.logger.warning("nothing at %s", request.path)
    return {"error": "not found", "path": request.path}, 404


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Say any other HTTP error by its name."""
    return {"error": error.name}, error.code or 500


def answer_unknown_colour(error: UnknownColourError) -> ResponseReturnValue:
    """Return which colours there are."""
    return {"error": str(error), "colours": error.known}, 422
