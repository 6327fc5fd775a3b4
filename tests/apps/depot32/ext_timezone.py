"""The time zone that times are shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Read the zone's name."""
    app.config["TIMEZONE_NAME"] = app.config["TIMEZONE"].rpartition("/")[2]
