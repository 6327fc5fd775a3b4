"""What the host of this installation grants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.models import Quota

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Read it."""
    app.extensions["quota"] = Quota(app.config["MOST_PIECES"])
