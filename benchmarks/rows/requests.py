"""Measure how many requests a second the JSON route answers."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.client import measure_rate
from benchmarks.measuring import Row
from benchmarks.quotients import Line
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from benchmarks.serving import Servers, Site

__all__ = ["ROW"]

PATH = "/api/products"
CLIENTS = 8
SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class _Rates:
    servers: Servers

    def measure_here(self) -> Mapping[str, float]:
        return _measure(self.servers.run_profile("shop"))

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self.servers.run_gunicorn("benchmarks.shop.wsgi:app"))


def _measure(starting: AbstractContextManager[Site]) -> Mapping[str, float]:
    with starting as site:
        site.process.wait_for_http(f"{site.url}{PATH}", status=200)
        return {"rate": measure_rate(site.port, PATH, clients=CLIENTS, seconds=SECONDS)}


@contextmanager
def open_sides() -> Iterator[_Rates]:
    """Each measurement has a server of its own, so that no one process's luck decides."""
    with open_servers() as servers:
        yield _Rates(servers)


ROW = Row(
    name="requests",
    summary="requests a second of a JSON route: 8 clients that keep their connections, one worker",
    open_sides=open_sides,
    lines=(
        Line(
            "requests a second, JSON route",
            "hand-written factory, gunicorn -k gevent",
            "rate",
            "/s",
        ),
    ),
    pairs=9,
)
