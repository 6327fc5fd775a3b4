"""Who is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_login import LoginManager
from store.models import load_account, load_caller

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Ask the accounts."""
    manager = LoginManager(app)
    manager.user_loader(load_account)
    manager.request_loader(load_caller)
