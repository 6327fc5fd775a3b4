"""Measure what `--watch` costs a server that nobody asks for anything."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.measuring import NotMeasurable, Row
from benchmarks.quotients import How, Line, Reach
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.serving import Site

__all__ = ["ROW"]

PATH = "/api/products"
SECONDS = 10.0
SETTLE_SECONDS = 15.0  # longer than probation


@dataclass(frozen=True, slots=True)
class _Idle:
    here: Site
    there: Site

    def measure_here(self) -> Mapping[str, float]:
        return _measure(self.here)

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self.there)


def _measure(site: Site) -> Mapping[str, float]:
    """Return the share of a core that the master and its workers take."""
    before = _read_seconds(site)
    time.sleep(SECONDS)
    return {"percent": (_read_seconds(site) - before) / SECONDS * 100}


def _read_seconds(site: Site) -> float:
    """Read the time on a processor: the kernel's own, since ticks of 10 ms are too coarse."""
    master = psutil.Process(site.process.pid)
    pids = [master.pid, *(child.pid for child in master.children(recursive=True))]
    threads = [task for pid in pids for task in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(task.read_text("ascii").split()[0]) for task in threads) / 1e9


@contextmanager
def open_sides() -> Iterator[_Idle]:
    """Both servers run all the time."""
    if not Path("/proc/self/schedstat").exists():
        message = "this system does not tell a process's time in nanoseconds"
        raise NotMeasurable(message)
    with (
        open_servers() as servers,
        servers.run_profile("shop_watched") as here,
        servers.run_profile("shop") as there,
    ):
        for site in (here, there):
            site.process.wait_for_http(f"{site.url}{PATH}", status=200)
        time.sleep(SETTLE_SECONDS)
        yield _Idle(here, there)


ROW = Row(
    name="watch",
    summary="processor time of an idle server that watches its profile, one worker",
    open_sides=open_sides,
    lines=(
        Line(
            "`--watch`, idle, share of a core",
            "the same server without it",
            "percent",
            "%",
            how=How.HERE_LESS_THERE,
            reach=Reach(0.1),
        ),
    ),
    pairs=5,
    warm_up_pairs=0,
)
