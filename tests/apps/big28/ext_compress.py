"""Compressed answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_compress import Compress

from big28.switches import is_on

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["compress", "init_app", "is_enabled"]

compress = Compress()


def is_enabled() -> bool:
    """Return whether answers are to be compressed; they are, unless a proxy does it."""
    return is_on("COMPRESSION", default=True)


def init_app(app: Flask) -> None:
    """Compress early in the list: what is registered later changes the answer before it."""
    compress.init_app(app)
