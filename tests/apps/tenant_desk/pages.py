"""Answer what the desk is, and take messages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request

__all__ = ["bp"]

bp = Blueprint("desk", __name__)


@bp.get("/")
def describe() -> dict[str, Any]:
    """Answer with everything that config says."""
    keys = ("DESK_HOURS", "DESK_LINES", "DESK_NAME", "TENANT")
    return {key: current_app.config[key] for key in keys}


@bp.post("/messages")
def take() -> tuple[str, int]:
    """Take a message, unless it is too long."""
    return f"{len(request.get_data())} taken\n", 201
