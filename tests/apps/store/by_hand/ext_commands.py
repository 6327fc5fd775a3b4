"""Commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.tasks import restock

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Add them."""
    app.cli.add_command(restock)
