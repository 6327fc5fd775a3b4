"""What the environment turns on or off."""

from __future__ import annotations

import os

__all__ = ["is_on"]


def is_on(name: str, *, default: bool) -> bool:
    """Return whether the variable `BIG28_` + `name` is true, or the default where it is not set."""
    text = os.environ.get(f"BIG28_{name}")
    return default if text is None else text.lower() in {"1", "true", "yes", "on"}
