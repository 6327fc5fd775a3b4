"""What is answered when something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["init_app", "refuse"]


def refuse(error: HTTPException) -> ResponseReturnValue:
    """Answer in JSON."""
    return {"error": error.name}, error.code or 500


def init_app(app: Flask) -> None:
    """Answer every HTTP error so."""
    app.register_error_handler(HTTPException, refuse)
