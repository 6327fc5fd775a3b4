"""Measure what the gRPC patch brings: 16 slow calls at once, the event loop's ticks beside them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach
from benchmarks.serving import PROFILES, PatchedOrNot, open_servers
from tests.support.event_loop import CALLS, measure_server
from tests.support.grpc_slow import run_slow_server
from tests.support.processes import http_get

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.serving import Site

__all__ = ["ROW"]

PROFILE = "calling"
CALL_SECONDS = 0.2
AGAINST = "the same without the grpc patch"


def _measure(site: Site) -> Mapping[str, float]:
    site.process.wait_for_http(f"{site.url}/probe/ticks", status=200)
    # The first call opens the channel, which is no part of what is measured.
    http_get(f"{site.url}/probe/grpc?seconds=0")
    measured = measure_server(site.url, "grpc", seconds=CALL_SECONDS)
    return {"seconds": measured.seconds, "ticks": measured.share}


@contextmanager
def open_sides() -> Iterator[PatchedOrNot]:
    """Run the slow gRPC server meanwhile."""
    with run_slow_server() as address:
        env = {"SLOW_GRPC": address, "ASSUMED_PROFILE": str(PROFILES / f"{PROFILE}.yaml")}
        with open_servers(env) as servers:
            yield PatchedOrNot(servers, PROFILE, _measure)


ROW = Row(
    name="grpc",
    summary=f"{CALLS} requests at once, each with a gRPC call of {CALL_SECONDS:g} s, one worker",
    open_sides=open_sides,
    lines=(
        Line(
            f"{CALLS} gRPC calls of {CALL_SECONDS:g} s at once, times less wall time",
            AGAINST,
            "seconds",
            "s",
            How.THERE_BY_HERE,
            Reach(10, at_least=True),
        ),
        Line(
            "the event loop meanwhile, share of its ticks",
            AGAINST,
            "ticks",
            "",
            How.HERE,
            Reach(0.8, at_least=True),
        ),
    ),
    pairs=7,
)
