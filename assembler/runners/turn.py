"""Let one of several processes speak for all."""

from __future__ import annotations

import os

__all__ = ["Turn"]


class Turn:
    """A token that is made before processes are forked, and taken by the first that asks.

    It is a byte in a pipe: reading it is the one step in which two processes cannot both win.
    """

    def __init__(self) -> None:
        """Make the pipe, and put the token in."""
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        self.renew()

    def take(self) -> bool:
        """Take the token; false if somebody else has it."""
        try:
            return bool(os.read(self._reader, 1))
        except BlockingIOError:
            return False

    def renew(self) -> None:
        """Put the token back, whoever has it."""
        self.take()
        os.write(self._writer, b"1")
