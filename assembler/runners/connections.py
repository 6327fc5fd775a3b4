"""Track which connections are idle and which are busy, to stop a server cleanly."""

from __future__ import annotations

import threading
from contextlib import suppress
from socket import SHUT_RD
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

__all__ = ["Connections"]


class Connections:
    """The open connections of one server.

    A client may keep a connection open between two requests. Such a connection must not delay the
    end of the server; one with a request in flight must.
    """

    def __init__(self) -> None:
        """Start without connections; to be called after patching, since it makes a lock."""
        self._idle: set[socket.socket] = set()
        self._busy_count = 0
        self._is_stopping = False
        self._changed = threading.Condition()

    @property
    def has_idle(self) -> bool:
        """Whether a connection waits for a request."""
        return bool(self._idle)

    def note_idle(self, connection: socket.socket) -> None:
        """Note that the connection waits for a request; once stopping, it gets none."""
        with self._changed:
            self._idle.add(connection)
            if self._is_stopping:
                _end_reading(connection)

    def note_gone(self, connection: socket.socket) -> None:
        """Note that the connection no longer waits."""
        with self._changed:
            self._idle.discard(connection)

    def note_busy(self, change: int) -> None:
        """Note that a request begins (1) or is answered (-1)."""
        with self._changed:
            self._busy_count += change
            self._changed.notify_all()

    def stop(self) -> None:
        """End the idle connections, and those that become idle from now on."""
        with self._changed:
            self._is_stopping = True
            for connection in self._idle:
                _end_reading(connection)

    def wait_until_answered(self, limit_seconds: float) -> bool:
        """Wait for the requests in flight; return whether all are answered within the limit."""
        with self._changed:
            return self._changed.wait_for(lambda: self._busy_count == 0, limit_seconds)


def _end_reading(connection: socket.socket) -> None:
    with suppress(OSError):  # the client was faster
        connection.shutdown(SHUT_RD)
