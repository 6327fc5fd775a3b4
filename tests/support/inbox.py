"""Play systemd's part: take what a service tells of itself."""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Inbox"]

CREDENTIALS = struct.Struct("3i")


class Inbox:
    """What systemd would be told."""

    def __init__(self, folder: Path) -> None:
        """Open the socket."""
        self.path = folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        if sys.platform.startswith("linux"):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self.senders: set[int] = set()

    def receive(self, timeout_seconds: float = 30) -> list[str]:
        """Return the lines of the next message.

        Raises:
            TimeoutError: if there is none.
        """
        self.socket.settimeout(timeout_seconds)
        text, extra, _, _ = self.socket.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
        for _, _, data in extra:
            self.senders.add(CREDENTIALS.unpack(data)[0])
        return text.decode().split("\n")

    def is_empty(self, timeout_seconds: float = 0.01) -> bool:
        """Return whether nothing is told; takes a message."""
        try:
            self.receive(timeout_seconds)
        except TimeoutError:
            return True
        return False
