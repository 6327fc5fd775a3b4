"""Sessions for code that has no request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import sessionmaker
from store.models import db

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Bind them to the app's engine, which only a context knows."""
    with app.app_context():
        app.extensions["session_factory"] = sessionmaker(bind=db.engine)
