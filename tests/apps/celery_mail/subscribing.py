"""The newsletter over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app, request

from celery_mail.tasks import send_welcome

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "forbid_caching", "show_clients", "subscribe", "subscribe_to_first"]

bp = Blueprint("subscribing", __name__)


def forbid_caching(response: Response) -> Response:
    """Keep answers out of caches."""
    response.cache_control.no_store = True
    return response


@bp.post("/")
def subscribe(list_id: int) -> ResponseReturnValue:
    """Take a reader in, and have the welcome sent."""
    send_welcome.delay(request.form["address"], list_id)
    return {"list": list_id}, 202


def subscribe_to_first() -> ResponseReturnValue:
    """Take a reader into the first list."""
    return subscribe(1)


@bp.get("/clients")
def show_clients(list_id: int) -> ResponseReturnValue:
    """Name what hangs on the app."""
    settings = current_app.redis.connection_pool.connection_kwargs  # type: ignore[attr-defined]
    return {
        "celery": current_app.extensions["celery"].main,
        "list": list_id,
        "redis_port": settings["port"],
    }
