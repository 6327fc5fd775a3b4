"""The console for people, with a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, request
from flask_login import current_user, login_required, login_user

from big28.engine import db
from big28.ext_redis import redis_client
from big28.models import Account

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

__all__ = ["bp", "log_in", "overview"]

bp = Blueprint("console", __name__, url_prefix="/console/api")


@bp.post("/login")
def log_in() -> ResponseReturnValue:
    """Start a session by token."""
    query = db.select(Account).filter_by(token=request.get_json()["token"])
    account = db.session.scalar(query)
    if account is None:
        abort(401)
    login_user(account)
    return {"name": account.name}


@bp.get("/overview")
@login_required  # type: ignore[untyped-decorator]  # the extension has no types
def overview() -> ResponseReturnValue:
    """Return what there is to see."""
    return {
        "credits": current_app.extensions["hosting_provider"].credits,
        "log": current_app.extensions["logstore"].read(),
        "mails": len(current_app.extensions["mail"].outbox),
        "name": current_user.name,
        "orders": int(redis_client.get("orders") or 0),
    }
