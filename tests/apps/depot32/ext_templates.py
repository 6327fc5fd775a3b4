"""What templates may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["format_grams", "init_app"]


def format_grams(weight: int) -> str:
    """Return a weight with its unit."""
    return f"{weight / 1000:.1f} kg"


def init_app(app: Flask) -> None:
    """Add the filter."""
    app.add_template_filter(format_grams, "grams")
