"""The time zone of the process."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Set it."""
    os.environ["TZ"] = app.config["TIMEZONE"]
    time.tzset()
