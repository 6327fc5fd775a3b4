"""Crashes are reported, where there is somebody to report them to."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flask import got_request_exception

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "is_enabled", "report"]


def is_enabled() -> bool:
    """Return whether a destination is set."""
    return bool(os.environ.get("BIG28_SENTRY_DSN"))


def report(app: Flask, exception: BaseException) -> None:
    """Report one crash."""
    app.extensions["sentry"].append(type(exception).__name__)


def init_app(app: Flask) -> None:
    """Listen for crashes of this app."""
    app.extensions["sentry"] = []
    got_request_exception.connect(report, app)
