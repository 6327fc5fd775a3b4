"""Tell whether a process that left something behind still runs."""

from __future__ import annotations

import os

__all__ = ["has_ended"]


def has_ended(pid: str) -> bool:
    """Return whether no process has this number; false for what is no number."""
    if not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:  # another user's
        return False
    return False
