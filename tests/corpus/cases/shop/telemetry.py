"""Is switched off inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def is_enabled() -> bool:
    """Say no."""
    return False


def init_app(app: Flask) -> None:
    """Never be called."""
    app.extensions["telemetry"] = True
