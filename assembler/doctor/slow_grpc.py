"""Serve one slow gRPC method on a free port of the loopback, until standard input ends.

Run as a file, in a process that nothing has patched: the port is printed on standard output.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import grpc

__all__ = ["METHOD", "SERVICE"]

SERVICE, METHOD = "assembler.Doctor", "Wait"


def _wait(request: bytes, _context: grpc.ServicerContext) -> bytes:
    time.sleep(float(request))
    return b""


def _serve() -> None:
    import grpc  # noqa: PLC0415 - whoever reads the names above needs none

    server = grpc.server(ThreadPoolExecutor())
    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(_wait)
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(SERVICE, {METHOD: handler}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.stop(None)


if __name__ == "__main__":
    _serve()
