"""What processes share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


class Client:
    """Talk to one database of the server."""

    def __init__(self, db: int = 0) -> None:
        """Keep which."""
        self.db = db

    def init_app(self, app: Flask) -> None:
        """Be there for the app."""
        app.extensions[f"shop.redis.{self.db}"] = self


client = Client()
