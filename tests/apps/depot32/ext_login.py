"""Who is asking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_login import LoginManager, UserMixin

if TYPE_CHECKING:
    from flask import Flask, Request

__all__ = ["init_app", "load_clerk", "login_manager"]

login_manager = LoginManager()


@login_manager.request_loader  # type: ignore[untyped-decorator]  # the extension has no types
def load_clerk(request: Request) -> UserMixin | None:
    """Take the clerk's name for proof."""
    name = request.headers.get("X-Clerk")
    if name is None:
        return None
    clerk = UserMixin()
    clerk.id = name
    return clerk


def init_app(app: Flask) -> None:
    """Load clerks for this app."""
    login_manager.init_app(app)
