"""Guess the name that was meant."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["find_meant", "render_suggestion"]

CUTOFF = 0.7  # difflib's ratio; below it a guess misleads more often than it helps


def find_meant(name: str, known: Iterable[str]) -> str | None:
    """Give the one of ``known`` that is nearest to ``name``, or ``None`` if none is near."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=CUTOFF)
    return by_lower[near[0]] if near else None


def render_suggestion(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """Give the hint "Did you mean …?", or ``otherwise`` if nothing is near."""
    meant = find_meant(name, known)
    return f"Did you mean '{meant}'?" if meant is not None else otherwise
