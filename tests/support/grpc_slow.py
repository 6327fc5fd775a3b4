"""A real gRPC server with one slow method, in a process of its own; and the call to it.

The method is `/slow.Slow/Wait`: it takes the seconds to wait as text, and answers with how many
calls were waiting at once, at most, since the server started. Requests and answers are plain
bytes, so no generated code is needed.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent import futures
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.support.processes import ROOT, build_env

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["call_slow", "run_slow_server", "serve_forever"]

METHOD = "Wait"
SERVICE = "slow.Slow"
CALLS_AT_ONCE = 64


class _Waiting:
    """Count the calls that wait, and the most that ever did at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0
        self.peak = 0

    def wait(self, request: bytes, _context: object) -> bytes:
        with self._lock:
            self._now += 1
            self.peak = max(self.peak, self._now)
        time.sleep(float(request))
        with self._lock:
            self._now -= 1
        return str(self.peak).encode()


def call_slow(channel: Any, seconds: float, *, limit_seconds: float = 30) -> int:  # noqa: ANN401 - grpc has no types
    """Call the slow method over ``channel``; give the most calls that waited at once so far."""
    wait = channel.unary_unary(f"/{SERVICE}/{METHOD}")
    return int(wait(str(seconds).encode(), timeout=limit_seconds, wait_for_ready=True))


@contextmanager
def run_slow_server() -> Iterator[str]:
    """Start the server on a free port of this machine; give its address, and end it afterwards."""
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.support.grpc_slow"],
        cwd=ROOT,
        env=build_env(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()  # it prints the port once it listens, or ends
        assert port, "the slow gRPC server did not start"
        yield f"127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)
        if server.stdout is not None:
            server.stdout.close()


def serve_forever() -> None:
    """Serve until the process is terminated; the port goes to standard output."""
    import grpc  # noqa: PLC0415 - the tests' own process needs none

    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(
        _Waiting().wait
    )
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=CALLS_AT_ONCE))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - who started it reads it
    server.wait_for_termination()


if __name__ == "__main__":
    serve_forever()
