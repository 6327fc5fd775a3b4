"""Wait in the loop of gunicorn's master: for signals, and for whoever has something to say."""

from __future__ import annotations

import os
import select
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Waiter"]


class Waiter:
    """Wakes the loop: a signal is a byte in a pipe, written in C whatever Python does then."""

    def __init__(self) -> None:
        """Make the pipe."""
        self._reader, self._writer = os.pipe()
        for end in (self._reader, self._writer):
            os.set_blocking(end, False)

    def wake_on_signals(self) -> None:
        """Have each signal of this process end the waiting."""
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def wait(self, files: Iterable[Any], timeout_seconds: float) -> None:
        """Wait until one of ``files`` can be read, a signal has come, or the time is over."""
        poller = select.poll()
        poller.register(self._reader, select.POLLIN)
        for file in files:
            poller.register(file, select.POLLIN)
        poller.poll(timeout_seconds * 1000)
        with suppress(BlockingIOError):
            os.read(self._reader, 4096)

    def close(self) -> None:
        """Close the pipe, in a child."""
        signal.set_wakeup_fd(-1)
        os.close(self._reader)
        os.close(self._writer)
