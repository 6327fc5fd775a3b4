"""A number for every request."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from flask import current_app, g, request

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["finish", "init_app", "start"]


def start() -> None:
    """Take the caller's number, or count on."""
    ids = current_app.extensions["request_ids"]
    g.request_id = request.headers.get("X-Request-ID") or f"r{next(ids)}"


def finish(response: Response) -> Response:
    """Send the number back."""
    response.headers["X-Request-ID"] = g.request_id
    return response


def init_app(app: Flask) -> None:
    """Count the requests of this app from one."""
    app.extensions["request_ids"] = count(1)
    app.before_request(start)
    app.after_request(finish)
