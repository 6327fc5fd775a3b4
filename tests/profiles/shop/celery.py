"""What is done by others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

SCHEDULE = {"clean": 3600}


class Celery:
    """Do what is queued."""

    def __init__(self, broker: str) -> None:
        """Keep where the queue is."""
        self.broker = broker

    def init_app(
        self, app: Flask, timezone: str = "UTC", engine: object = None, mailer: object = None
    ) -> None:
        """Be there for the app."""
        app.extensions["shop.celery"] = (self, timezone, engine, mailer)


class Beat:
    """Queue what is due."""

    def __init__(self, schedule: dict[str, int]) -> None:
        """Keep when."""
        self.schedule = schedule

    def init_app(self, app: Flask) -> None:
        """Be there for the app."""
        app.extensions["shop.beat"] = self


def get_broker(password: str = "") -> str:
    """Return where the queue is."""
    return f"redis://:{password}@localhost"
