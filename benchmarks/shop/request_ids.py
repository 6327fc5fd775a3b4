"""Give each request a number, and say it in the answer."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["init_app"]

HEADER = "X-Request-Id"


def init_app(app: Flask) -> None:
    """Add the hooks."""
    numbers = count(1)

    @app.before_request
    def number_request() -> None:
        g.request_id = next(numbers)

    @app.after_request
    def say_number(response: Response) -> Response:
        response.headers[HEADER] = str(g.request_id)
        return response
