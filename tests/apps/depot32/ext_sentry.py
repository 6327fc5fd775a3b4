"""Where faults are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import got_request_exception

from depot32.switches import is_on

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "is_enabled", "report"]


def is_enabled() -> bool:
    """Return whether faults are reported."""
    return is_on("SENTRY", default=False)


def report(sender: Flask, exception: Exception) -> None:
    """Keep one fault."""
    sender.extensions["faults"].append(repr(exception))


def init_app(app: Flask) -> None:
    """Listen for this app's faults."""
    app.extensions["faults"] = []
    got_request_exception.connect(report, app)
