"""Errors in plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue
    from werkzeug.exceptions import HTTPException

__all__ = ["answer_plainly"]


def answer_plainly(error: HTTPException) -> ResponseReturnValue:
    """Answer the description and nothing else."""
    return str(error.description), error.code or 500, {"Content-Type": "text/plain"}
