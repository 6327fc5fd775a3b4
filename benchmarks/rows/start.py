"""Measure the time from starting the command to its first answered request."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from benchmarks.serving import Servers, Site

__all__ = ["ROW", "Starts", "measure_start"]

REQUEST = b"GET /api/products HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
LIMIT_SECONDS = 60
POLL_SECONDS = 0.002


@dataclass(frozen=True, slots=True)
class Starts:
    """A profile, and the same app made by hand."""

    servers: Servers
    profile: str
    app: str

    def measure_here(self) -> Mapping[str, float]:
        """Start ``assembler run``."""
        return measure_start(self.servers.run_profile(self.profile))

    def measure_there(self) -> Mapping[str, float]:
        """Start gunicorn."""
        return measure_start(self.servers.run_gunicorn(self.app))


def measure_start(starting: AbstractContextManager[Site]) -> Mapping[str, float]:
    """Return the seconds from the start to the first answer."""
    started = time.perf_counter()
    with starting as site, _connect(site, started + LIMIT_SECONDS) as connection:
        # The master listens before its worker can answer: the request waits in the socket.
        connection.sendall(REQUEST)
        status = connection.recv(1024).partition(b"\r\n")[0]
        seconds = time.perf_counter() - started
        if b" 200 " not in status:
            message = f"the server answered {status!r}\n{site.process.output}"
            raise RuntimeError(message)
        return {"seconds": seconds}


def _connect(site: Site, deadline: float) -> socket.socket:
    while True:
        try:
            return socket.create_connection(("127.0.0.1", site.port), timeout=LIMIT_SECONDS)
        except ConnectionRefusedError:
            if time.perf_counter() > deadline or site.process.popen.poll() is not None:
                raise RuntimeError(site.process.output) from None
            time.sleep(POLL_SECONDS)


@contextmanager
def open_sides() -> Iterator[Starts]:
    """Nothing is running between the measurements."""
    with open_servers() as servers:
        yield Starts(servers, "shop", "benchmarks.shop.wsgi:app")


ROW = Row(
    name="start",
    summary="from the start of the command to its first answered request, one worker",
    open_sides=open_sides,
    lines=(
        Line(
            "start to first answered request",
            "hand-written factory, gunicorn -k gevent",
            "seconds",
            "s",
            reach=Reach(1.10),
        ),
    ),
    pairs=21,
)
