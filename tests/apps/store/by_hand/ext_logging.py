"""Lines of the log, with the id of their request."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import TYPE_CHECKING

from flask.logging import default_handler

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["current_id", "init_app"]

PATTERN = "%(levelname)s %(name)s %(request_id)s %(message)s"
current_id: ContextVar[str] = ContextVar("request_id", default="-")


def add_id(record: logging.LogRecord) -> bool:
    """Give a record the id."""
    record.request_id = current_id.get()
    return True


def init_app(app: Flask) -> None:
    """Write to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(PATTERN))
    handler.addFilter(add_id)
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    app.logger.removeHandler(default_handler)
