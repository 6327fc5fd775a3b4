"""A server that takes what Sentry's clients send, as Sentry's own does."""

from __future__ import annotations

import json
from contextlib import contextmanager
from gzip import decompress as decompress_gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from brotli import decompress as decompress_brotli

from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SentrySink", "serve_sentry"]

DECODERS = {"gzip": decompress_gzip, "br": decompress_brotli}
Item = tuple[str, Any]  # its type, and what is in it


class SentrySink:
    """Keeps the items of envelopes as they come."""

    def __init__(self) -> None:
        """Start with none."""
        self.items: list[Item] = []
        self.port = 0
        self.answers = Event()  # while it is not set, no request is answered
        self.answers.set()

    @property
    def dsn(self) -> str:
        """Where to send."""
        return f"http://publickey@127.0.0.1:{self.port}/1"

    def find(self, kind: str) -> list[Any]:
        """Return the items of a type."""
        return [item for found, item in list(self.items) if found == kind]

    def wait_for(self, kind: str, count: int = 1) -> list[Any]:
        """Wait until there are so many items of a type, and return them."""
        wait_until(lambda: len(self.find(kind)) >= count, f"{count} items '{kind}' of Sentry's")
        return self.find(kind)

    def take(self, path: str, body: bytes) -> None:
        """Keep the items of an envelope: lines of JSON, and payloads of a length."""
        assert path == "/api/1/envelope/"
        _, _, rest = body.partition(b"\n")
        while rest.strip():
            line, _, rest = rest.lstrip(b"\n").partition(b"\n")
            header = json.loads(line)
            length = header.get("length", rest.find(b"\n"))
            payload, rest = rest[:length], rest[length:]
            self.items.append((header["type"], json.loads(payload)))


@contextmanager
def serve_sentry() -> Iterator[SentrySink]:
    """Serve a sink on loopback."""
    sink = SentrySink()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.take(self.path, DECODERS[self.headers["Content-Encoding"]](body))
            sink.answers.wait(60)
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        sink.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield sink
        sink.answers.set()
        server.shutdown()
        thread.join()
