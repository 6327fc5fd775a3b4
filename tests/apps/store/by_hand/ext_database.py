"""The database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.models import db

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Give the models their engine."""
    db.init_app(app)
