"""A line for each order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.models import OrderLog

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Keep them in the storage."""
    app.extensions["logstore"] = OrderLog(app.extensions["storage"])
