"""What happens in the app, for whoever listens."""

from __future__ import annotations

from blinker import Namespace

__all__ = ["order_placed"]

order_placed = Namespace().signal("order-placed")
