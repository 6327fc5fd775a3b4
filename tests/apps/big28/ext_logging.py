"""Logging, with the hours of the app's time zone."""

from __future__ import annotations

import logging
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from flask.logging import wsgi_errors_stream

from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["ZoneFormatter", "init_app"]


class ZoneFormatter(logging.Formatter):
    """Write times in one zone, whatever the machine's is."""

    def __init__(self, zone: tzinfo) -> None:
        """Write times in `zone`."""
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")
        self.zone = zone

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002, N802 - logging's own signature
        """Write the time of a record."""
        return datetime.fromtimestamp(record.created, self.zone).isoformat(timespec="seconds")


def init_app(app: Flask) -> None:
    """Give the app's logger one handler; the time zone must be known."""
    require_steps(app, "logging", "timezone")
    handler = logging.StreamHandler(wsgi_errors_stream)  # type: ignore[call-overload]  # a proxy of a stream
    handler.setFormatter(ZoneFormatter(app.extensions["timezone"]))
    # Replaced and not added to: every app of this name shares the logger.
    app.logger.handlers[:] = [handler]
    app.logger.setLevel(app.config["LOG_LEVEL"])
