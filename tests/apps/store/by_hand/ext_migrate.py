"""The commands of `flask db`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_migrate import Migrate
from store.models import db

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Add them."""
    Migrate(app, db)
