"""Give the app a client of its store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Keep the client where others look for it."""
    app.extensions["redis"] = {}
