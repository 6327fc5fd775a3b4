"""What is done later."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def make_queue(server: str, size: int) -> list[str]:
    """Make the list of what is to be done."""
    return [server] * size


def connect(app: Flask, database: object, search: object, queue: list[str]) -> None:
    """Know what jobs work with."""
    app.extensions["shop.jobs"] = (database, search, queue)


def clean(days: int) -> int:
    """Throw away what is older."""
    return days
