"""The key that sessions are signed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Refuse an empty key, and drop the newline that a key read from a file ends in."""
    key = app.config["SECRET_KEY"].strip()
    if not key:
        message = "SECRET_KEY is empty"
        raise RuntimeError(message)
    app.config["SECRET_KEY"] = key
