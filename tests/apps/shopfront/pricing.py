"""Prices in templates."""

from __future__ import annotations

__all__ = ["format_money", "vat_included"]


def format_money(cents: int) -> str:
    """Write an amount of cents as euros."""
    return f"EUR {cents // 100}.{cents % 100:02}"


def vat_included(cents: int, percent: int = 20) -> int:
    """Return the amount with the tax on it, rounded down."""
    return cents * (100 + percent) // 100
