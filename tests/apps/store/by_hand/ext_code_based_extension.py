"""Discounts, by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.models import half_price

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """List them."""
    app.extensions["discounts"] = {"half": half_price}
