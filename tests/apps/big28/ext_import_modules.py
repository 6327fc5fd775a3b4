"""Modules that are imported for what importing them does."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Connect the event handlers."""
    app.extensions["event_modules"] = [import_module("big28.events.on_order").__name__]
