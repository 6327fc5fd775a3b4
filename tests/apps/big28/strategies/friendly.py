"""The price is ten percent less for everybody."""

from __future__ import annotations

__all__ = ["price"]


def price(list_price_cents: int) -> int:
    """Make the price."""
    return list_price_cents * 90 // 100
