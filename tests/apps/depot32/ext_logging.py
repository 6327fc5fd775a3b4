"""The level of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Take the level from config."""
    app.logger.setLevel(app.config["LOG_LEVEL"])
