"""Answer after PostgreSQL has waited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import jsonify
from sqlalchemy import text

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["add_route"]

STATEMENT = text("select pg_sleep(0.1)")


def add_route(app: Flask) -> None:
    """Add ``/wait``, which sleeps 0.1 s on a connection of the pool."""

    @app.get("/wait")
    def wait() -> Response:
        app.extensions["sqlalchemy"].session.execute(STATEMENT)
        return jsonify(waited=True)
