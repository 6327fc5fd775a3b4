"""Measure how long readiness takes to answer while its checks are cached."""

from __future__ import annotations

import http.client
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.serving import Site

__all__ = ["ROW"]

REQUESTS = 200


@dataclass(frozen=True, slots=True)
class _Answers:
    site: Site

    def measure_here(self) -> Mapping[str, float]:
        return self._measure("/health/ready")

    def measure_there(self) -> Mapping[str, float]:
        return self._measure("/health/live")

    def _measure(self, path: str) -> Mapping[str, float]:
        """Ask one after the other: few enough of them are not cached to leave the median alone."""
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port)
        times = []
        for _ in range(REQUESTS):
            started = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - started) * 1000)
            if answer.status != HTTPStatus.OK:
                message = f"{path} answered {answer.status}"
                raise RuntimeError(message)
        connection.close()
        return {"ms": median(times)}


@contextmanager
def open_sides() -> Iterator[_Answers]:
    """One server, two paths."""
    with open_servers() as servers, servers.run_profile("ready") as site:
        site.process.wait_for_http(f"{site.url}/health/ready", status=200)
        yield _Answers(site)


ROW = Row(
    name="ready",
    summary="one answer of /health/ready with a database to check, one client, one worker",
    open_sides=open_sides,
    lines=(
        Line(
            "`/health/ready` when cached, median",
            "`/health/live`",
            "ms",
            "ms",
            how=How.HERE,
            reach=Reach(3),
        ),
    ),
    pairs=7,
)
