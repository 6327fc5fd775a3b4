"""A client of Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from redis import Redis

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Make it; it connects when it is first used."""
    app.extensions["redis"] = Redis.from_url(app.config["REDIS_URL"])
