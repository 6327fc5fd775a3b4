"""What follows an order; importing this is what connects it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.events import order_placed

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["count_order"]


@order_placed.connect
def count_order(app: Flask, **_order: object) -> None:
    """Count the order."""
    app.extensions["redis"].incr("orders")
