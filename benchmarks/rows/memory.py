"""Measure the memory of the whole process tree, shared pages counted in parts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.measuring import NotMeasurable, Row
from benchmarks.quotients import How, Line, Reach
from benchmarks.serving import open_servers
from tests.support.processes import http_get, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

    from benchmarks.serving import Servers, Site

__all__ = ["ROW"]

WORKERS = 2
REQUESTS = 200
AT_ONCE = 8
KIB_PER_MIB = 1024
ROLLUP = "smaps_rollup"
AGAINST = "hand-written factory, gunicorn -k gevent"


@dataclass(frozen=True, slots=True)
class _Trees:
    servers: Servers

    def measure_here(self) -> Mapping[str, float]:
        return _measure(self.servers.run_profile("shop", workers=WORKERS))

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self.servers.run_gunicorn("benchmarks.shop.wsgi:app", workers=WORKERS))


def _measure(starting: AbstractContextManager[Site]) -> Mapping[str, float]:
    with starting as site:
        site.process.wait_for_http(f"{site.url}/api/products", status=200)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            wait_until(lambda: len(_ask_workers(site, pool)) == WORKERS, "answer of each worker")
            for _ in range(REQUESTS // AT_ONCE):
                list(pool.map(http_get, [f"{site.url}/api/products"] * AT_ONCE))
        tree = [
            process.pid for process in psutil.Process(site.process.pid).children(recursive=True)
        ]
        if len(tree) != WORKERS:
            message = f"expected {WORKERS} workers, got {len(tree)}\n{site.process.output}"
            raise RuntimeError(message)
        mib = sum(_read_pss_mib(pid) for pid in (site.process.pid, *tree))
        return {"mib": mib, "mib_a_worker": mib / WORKERS}


def _ask_workers(site: Site, pool: ThreadPoolExecutor) -> set[int]:
    """Ask several times at once, and give the process ids of the workers that answered."""
    answers = pool.map(http_get, [f"{site.url}/service/worker"] * AT_ONCE)
    return {answer.json()["pid"] for answer in answers}


def _read_pss_mib(pid: int) -> float:
    """Read the proportional set size: a page that several processes share counts in parts."""
    for line in Path(f"/proc/{pid}/{ROLLUP}").read_text(encoding="ascii").splitlines():
        name, _, rest = line.partition(":")
        if name == "Pss":
            return int(rest.split()[0]) / KIB_PER_MIB
    message = f"/proc/{pid}/{ROLLUP} has no line Pss"
    raise RuntimeError(message)


@contextmanager
def open_sides() -> Iterator[_Trees]:
    """Find out first whether the kernel tells.

    Raises:
        NotMeasurable: if it does not.
    """
    if not Path(f"/proc/self/{ROLLUP}").exists():
        message = f"this system has no /proc/PID/{ROLLUP}"
        raise NotMeasurable(message)
    with open_servers() as servers:
        yield _Trees(servers)


ROW = Row(
    name="memory",
    summary="PSS of the master and two workers, each of which has answered requests",
    open_sides=open_sides,
    lines=(
        Line("memory of the process tree, 2 workers", AGAINST, "mib", "MiB", reach=Reach(1.15)),
        Line(
            "the same, more for each worker",
            AGAINST,
            "mib_a_worker",
            "MiB",
            How.HERE_LESS_THERE,
            Reach(12),
        ),
    ),
    pairs=7,
)
