"""Break what a running server rests on, and see that it serves.

`make test` runs each fault a few times or for a short time, `make faults` as often and as long as
`docs/reliability.md` says.
"""

from __future__ import annotations

import os

__all__ = ["IS_LONG", "choose"]

IS_LONG = os.environ.get("TEST_FAULTS") == "long"


def choose(short: int, long: int) -> int:
    """Return how often or how long: ``long`` under `make faults`."""
    return long if IS_LONG else short
