"""Pass messages between gunicorn's master and one of its workers, both ways."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Any

__all__ = ["Link"]

CHUNK_BYTES = 65536
# What the other side has not read yet may be lost rather than block who writes it.
LIMIT_BYTES = 1024 * 1024
# Whoever writes without end does not keep us for longer than so many pieces at a time.
LIMIT_CHUNKS = 16


class Link:
    """One end of a pair: messages are JSON objects, one a line.

    Made before the fork; both processes then close the end that is the other's. Nothing blocks
    but `send_last`.
    """

    def __init__(self, end: socket.socket, limit_bytes: int | None = None) -> None:
        """Keep the end.

        Args:
            end: The socket, which does not block.
            limit_bytes: How long a message may be that arrives here.
        """
        self._end = end
        self._limit_bytes = limit_bytes
        self._received = b""
        self._unsent = b""
        self.is_closed = False

    @classmethod
    def make_pair(cls) -> tuple[Link, Link]:
        """Return the master's end and the worker's."""
        pair = socket.socketpair()
        for end in pair:
            end.settimeout(0)
        return cls(pair[0]), cls(pair[1])

    def fileno(self) -> int:
        """Return the descriptor, to wait for messages."""
        return self._end.fileno()

    def send(self, **message: object) -> None:
        """Send a message; whoever has gone does not get it."""
        if len(self._unsent) < LIMIT_BYTES:
            self._unsent += json.dumps(message).encode() + b"\n"
        self.flush()

    def send_last(self, **message: object) -> None:
        """Send a message, and wait until it has gone: this process ends."""
        self.send(**message)
        with suppress(OSError):
            self._end.settimeout(None)
            self._end.sendall(self._unsent)

    def flush(self) -> None:
        """Send what could not be sent before."""
        with suppress(OSError):
            sent = self._end.send(self._unsent)
            self._unsent = self._unsent[sent:]

    def receive(self) -> list[dict[str, Any]]:
        """Return the messages that have arrived; `is_closed` tells that no more will.

        Raises:
            ValueError: if something else has arrived.
        """
        for _ in range(LIMIT_CHUNKS):
            if self.is_closed:
                break
            try:
                chunk = self._end.recv(CHUNK_BYTES)
            except BlockingIOError:
                break
            except OSError:
                chunk = b""
            self._received += chunk
            self.is_closed = not chunk
        *lines, self._received = self._received.split(b"\n")
        if self._limit_bytes is not None and len(self._received) > self._limit_bytes:
            message = f"a message may have {self._limit_bytes} bytes"
            raise ValueError(message)
        return [_parse(line) for line in lines]

    def close(self) -> None:
        """Close this end."""
        self.is_closed = True
        self._end.close()


def _parse(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except RecursionError:
        message = None
    if isinstance(message, dict):
        return message
    reason = "a message is a JSON object, in one line"
    raise ValueError(reason)
