"""The key that signs sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Refuse to start without one."""
    if not app.config["SECRET_KEY"]:
        raise RuntimeError("SECRET_KEY is not set")
