"""Tell that the API is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

from api_only.audit import audit_handler

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "health"]

bp = Blueprint("health", __name__)


@bp.get("/health/")
def health() -> ResponseReturnValue:
    """Name the API, the request and the warnings so far."""
    return {
        "title": current_app.config["API_TITLE"],
        "request": request.environ["api_only.request_id"],
        "warnings": len(audit_handler.messages),
    }
