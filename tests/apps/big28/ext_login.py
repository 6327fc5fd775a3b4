"""Who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_login import LoginManager

from big28.engine import db
from big28.models import Account
from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask, Request
    from flask.typing import ResponseReturnValue

__all__ = ["init_app", "load_account", "load_account_of_request", "login_manager", "refuse"]

login_manager = LoginManager()


@login_manager.user_loader  # type: ignore[untyped-decorator]  # the extension has no types
def load_account(account_id: str) -> Account | None:
    """Find the account of a session."""
    return db.session.get(Account, int(account_id))


@login_manager.request_loader  # type: ignore[untyped-decorator]  # the extension has no types
def load_account_of_request(request: Request) -> Account | None:
    """Find the account of a bearer token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer":
        return None
    account: Account | None = db.session.scalar(db.select(Account).filter_by(token=token))
    return account


@login_manager.unauthorized_handler  # type: ignore[untyped-decorator]  # the extension has no types
def refuse() -> ResponseReturnValue:
    """Answer 401 in JSON."""
    return {"error": "who are you?"}, 401


def init_app(app: Flask) -> None:
    """Load accounts from the database."""
    require_steps(app, "login", "sqlalchemy")
    login_manager.init_app(app)
