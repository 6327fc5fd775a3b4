"""Find goods."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask


class Search:
    """Know where the index is."""

    def __init__(self, url: str = "", models: Sequence[type] = ()) -> None:
        """Keep what is to be found."""
        self.url = url
        self.models = models

    def init_app(self, app: Flask, index: str = "goods") -> None:
        """Open the index."""
        app.extensions["shop.search"] = (self, index)

    def disconnect(self) -> None:
        """Let the index go."""
