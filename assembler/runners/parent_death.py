"""End a process with its parent, whatever it is doing then."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from signal import Signals

__all__ = ["die_with_parent"]

SET_PARENT_DEATH_SIGNAL = 1  # of Linux's prctl


def die_with_parent(number: Signals, parent: int) -> bool:
    """Have the kernel send this process a signal once the thread that forked it ends.

    Only on Linux. A change of the user takes it back.

    Returns:
        Whether ``parent`` is still there; if not, no signal will come.
    """
    if sys.platform.startswith("linux"):
        import ctypes  # noqa: PLC0415 - only there

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)
    return os.getppid() == parent
