"""Say how many inputs a property is tried with: few here, many by `make fuzz`."""

from __future__ import annotations

import os

__all__ = ["count_examples"]


def count_examples(number: int) -> int:
    """Return ``number``, times what the variable TEST_EXAMPLES says."""
    return number * int(os.environ.get("TEST_EXAMPLES", "1"))
