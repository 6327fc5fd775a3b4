"""Stand between clients and a server that listens at a Unix socket, and fail as networks do."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Proxy", "proxying_postgres"]

LOOK_SECONDS = 0.05
CHUNK_BYTES = 65536


class Proxy:
    """Passes TCP connections on; it can refuse new ones, cut those that are, and stall all."""

    def __init__(self, target: str) -> None:
        """Listen on a port of the loopback, and pass on to the Unix socket ``target``."""
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flows = threading.Event()
        self._flows.set()
        self._start_accepting()

    def _start_accepting(self) -> None:
        self._listener.settimeout(LOOK_SECONDS)
        self._is_listening = True
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def listen(self) -> None:
        """Accept connections again, at the same port."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._start_accepting()

    def refuse(self) -> None:
        """Refuse new connections from now on, and cut those that are."""
        self._is_listening = False
        self._thread.join()
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """End the connections that are."""
        with self._lock:
            for end in self._open:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def stall(self) -> None:
        """Pass nothing on, and end nothing: what a broken network does."""
        self._flows.clear()

    def flow(self) -> None:
        """Pass on again, with what has been kept meanwhile."""
        self._flows.set()

    def _accept(self) -> None:
        while self._is_listening:
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            client.settimeout(None)
            threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        self._flows.wait()
        with client, socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(self._target)
            except OSError:
                return
            with self._lock:
                self._open |= {client, server}
            back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
            back.start()
            self._pump(client, server)
            back.join()
            with self._lock:
                self._open -= {client, server}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                self._flows.wait()
                sink.sendall(chunk)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxying_postgres(url: str) -> Iterator[tuple[Proxy, str]]:
    """Return a proxy before the PostgreSQL of ``url``, and the URL of the database through it."""
    parts = urlsplit(url)
    proxy = Proxy(f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432")
    try:
        yield proxy, f"postgresql://postgres@127.0.0.1:{proxy.port}{parts.path}"
    finally:
        proxy.flow()
        proxy.refuse()
