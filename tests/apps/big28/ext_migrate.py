"""The migrations."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from flask_migrate import Migrate

from big28.engine import db
from big28.ordering import require_steps
from big28.switches import is_on

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "is_enabled", "migrate"]

migrate = Migrate()


def is_enabled() -> bool:
    """Return whether this deployment migrates by itself; it does, unless told otherwise."""
    return is_on("MIGRATIONS", default=True)


def init_app(app: Flask) -> None:
    """Add `flask db`; the models are imported so that it knows the tables."""
    require_steps(app, "migrate", "sqlalchemy")
    import_module("big28.models")
    migrate.init_app(app, db, compare_type=True)
