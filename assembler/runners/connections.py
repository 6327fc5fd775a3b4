"""Track which connections are idle and which are busy, to stop a server cleanly."""

from __future__ import annotations

import threading
from contextlib import suppress
from socket import SHUT_RD
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

__all__ = ["FIRST_SECONDS", "Connections"]

FIRST_SECONDS = 2.0  # for the first request of a connection, once the server ends


class Connections:
    """The open connections of one server.

    A client may keep a connection open between two requests. Such a connection must not delay the
    end of the server; one with a request in flight must, and one that was opened for a request
    that has not arrived yet, for a moment.
    """

    def __init__(self) -> None:
        """Start without connections; to be called after patching, since it makes a lock."""
        self._idle: set[socket.socket] = set()
        self._first: set[socket.socket] = set()  # of the idle ones: without a request so far
        self._busy_count = 0
        self._ends_reused = self._ends_first = False
        self._changed = threading.Condition()

    @property
    def has_idle(self) -> bool:
        """Whether a connection waits for a request."""
        return bool(self._idle)

    def note_idle(self, connection: socket.socket, *, is_first: bool) -> None:
        """Note that the connection waits for a request, its first one; once it ends, for none."""
        with self._changed:
            self._idle.add(connection)
            if is_first:
                self._first.add(connection)
            if self._ends_first if is_first else self._ends_reused:
                _end_reading(connection)

    def note_gone(self, connection: socket.socket) -> None:
        """Note that the connection no longer waits."""
        with self._changed:
            self._idle.discard(connection)
            self._first.discard(connection)
            self._changed.notify_all()

    def note_busy(self, change: int) -> None:
        """Note that a request begins (1) or is answered (-1)."""
        with self._changed:
            self._busy_count += change
            self._changed.notify_all()

    def stop_reused(self) -> None:
        """End the connections that are idle after a request, and become so from now on."""
        with self._changed:
            self._ends_reused = True
            for connection in self._idle - self._first:
                _end_reading(connection)

    def stop(self) -> None:
        """End all idle connections, and those that become idle from now on."""
        with self._changed:
            self._ends_reused = self._ends_first = True
            for connection in self._idle:
                _end_reading(connection)

    def wait_until_answered(self, limit_seconds: float) -> bool:
        """Wait for requests in flight and first ones; return whether there are none any more."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._busy_count == 0 and not self._first, limit_seconds
            )


def _end_reading(connection: socket.socket) -> None:
    with suppress(OSError):  # the client was faster
        connection.shutdown(SHUT_RD)
