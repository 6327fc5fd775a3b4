"""What goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


class Gone(Exception):
    """Say that it was sold."""


def report(app: Flask) -> None:
    """Tell somebody."""
    app.extensions["shop.errors"] = report


def not_found(error: Exception) -> tuple[str, int]:
    """Answer for what is not there."""
    return str(error), 404
