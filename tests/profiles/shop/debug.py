"""What helps while the shop is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


class Toolbar:
    """Show it."""

    def init_app(self, app: Flask) -> None:
        """Be there for the app."""
        app.extensions["shop.Toolbar"] = self


toolbar = Toolbar()
