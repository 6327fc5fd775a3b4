"""Counts for those who pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.models import order_placed
from store.tasks import count_order

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:  # noqa: ARG001 - every extension has this form
    """Count each order."""
    order_placed.connect(count_order)
