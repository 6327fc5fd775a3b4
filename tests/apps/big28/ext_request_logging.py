"""A line of log for every request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request, request_finished

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["init_app", "log_request"]


def log_request(sender: Flask, response: Response) -> None:
    """Log one request."""
    sender.logger.debug("%s %s %s", request.method, request.path, response.status_code)


def init_app(app: Flask) -> None:
    """Listen for this app's requests, where config wants it."""
    if app.config["REQUEST_LOGGING"]:
        request_finished.connect(log_request, app)
