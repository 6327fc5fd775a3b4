"""Counts for those who pay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.events import order_placed
from big28.ordering import require_steps
from big28.switches import is_on

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "is_enabled", "note_order"]


def is_enabled() -> bool:
    """Return whether this installation is a paying one."""
    return is_on("ENTERPRISE", default=False)


def note_order(app: Flask, order_id: int) -> None:
    """Note an order beside the traces."""
    app.extensions["otel"].append(f"order {order_id}")


def init_app(app: Flask) -> None:
    """Listen for this app's orders; the notes go where the traces go."""
    require_steps(app, "enterprise_telemetry", "otel")
    app.extensions["enterprise_telemetry"] = note_order
    order_placed.connect(note_order, app)
