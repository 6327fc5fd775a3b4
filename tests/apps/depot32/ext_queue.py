"""What is done later."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Open a queue for this app."""
    app.extensions["queue"] = deque(maxlen=app.config["QUEUE_LENGTH"])
