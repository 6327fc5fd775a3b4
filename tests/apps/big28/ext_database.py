"""The database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.engine import db

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Give the app to the project's own `db`."""
    db.init_app(app)
