"""The variables that switch modules on and off."""

from __future__ import annotations

import os

__all__ = ["is_on"]


def is_on(name: str, *, default: bool) -> bool:
    """Return what `DEPOT32_` and the name say; empty, or not set, is the default."""
    written = os.environ.get(f"DEPOT32_{name}", "").lower()
    return written in {"1", "on", "true", "yes"} if written else default
