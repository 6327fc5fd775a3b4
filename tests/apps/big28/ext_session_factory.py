"""Sessions for code that has no request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm import sessionmaker

from big28.engine import db
from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Bind the factory to the app's engine, which only a context knows."""
    require_steps(app, "session_factory", "sqlalchemy")
    with app.app_context():
        app.extensions["session_factory"] = sessionmaker(bind=db.engine)
