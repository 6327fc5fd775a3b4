"""The time zone that logs are written in."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Make the zone from the configured offset."""
    offset = timedelta(minutes=app.config["TIMEZONE_OFFSET_MINUTES"])
    app.extensions["timezone"] = timezone(offset)
