"""What is kept for a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


class Cache:
    """Keep it."""

    def init_app(self, app: Flask) -> None:
        """Be there for the app."""
        app.extensions["shop.Cache"] = self
