"""The price is the list's price."""

from __future__ import annotations

__all__ = ["price"]


def price(list_price_cents: int) -> int:
    """Make the price."""
    return list_price_cents
