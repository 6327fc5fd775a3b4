"""The key that sessions are signed with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Refuse to start without one."""
    if not app.config["SECRET_KEY"].strip():
        raise RuntimeError("DEPOT32_SECRET_KEY is empty")
