"""Serve S3 with moto; as a program, with ``PORT`` as its argument.

A GET of an object whose name has ``together`` in it is answered once 16 of them wait.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from subprocess import DEVNULL, Popen
from threading import Barrier
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.support.processes import free_port, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["TOGETHER", "S3Server", "serve_s3"]

TOGETHER = 16
LIMIT_SECONDS = 60


class S3Server(NamedTuple):
    """A bucket of its own, `shop`, on loopback."""

    port: int

    @property
    def options(self) -> str:
        """What the step `storage` is told, but for the URL, in YAML's flow style."""
        given = f"endpoint: 'http://127.0.0.1:{self.port}', region: us-east-1"
        keys = "access_key_id: a, secret_access_key: hunter2"
        return f"allow_http: true, settings: {{{given}, {keys}}}"

    def make_bucket(self) -> bool:
        """Make it; return whether the server answers."""
        try:
            with urlopen(Request(f"http://127.0.0.1:{self.port}/shop", method="PUT")):
                return True
        except URLError:
            return False


@contextmanager
def serve_s3() -> Iterator[S3Server]:
    """Start a server, and end it afterwards."""
    server = S3Server(free_port())
    command = [sys.executable, "-m", "tests.support.s3", str(server.port)]
    process = Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
    try:
        wait_until(server.make_bucket, "an answer of moto's")
        yield server
    finally:
        process.kill()
        process.wait()


def run(port: int) -> None:
    """Serve until the process is ended."""
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415
        DomainDispatcherApplication,
        create_backend_app,
    )
    from werkzeug.serving import run_simple  # noqa: PLC0415

    moto = DomainDispatcherApplication(create_backend_app)
    barrier = Barrier(TOGETHER, timeout=LIMIT_SECONDS)

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401
        if environ["REQUEST_METHOD"] == "GET" and "together" in environ["PATH_INFO"]:
            barrier.wait()
        found: Iterable[bytes] = moto(environ, start_response)
        return found

    run_simple("127.0.0.1", port, answer, threaded=True)


if __name__ == "__main__":
    run(int(sys.argv[1]))
