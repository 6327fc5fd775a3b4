"""The page for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "front"]

bp = Blueprint("web", __name__)


@bp.get("/")
def front() -> ResponseReturnValue:
    """Return where the client is, as the proxies in front of the app have it."""
    return {"address": request.remote_addr, "url": url_for("web.front", _external=True)}
