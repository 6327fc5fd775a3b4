"""Measure what the psycopg2 patch brings: requests that wait in PostgreSQL, many at once."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.client import measure_rate
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.serving import PROFILES, PatchedOrNot, open_servers
from tests.support.postgres import serve_postgres, with_driver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.serving import Site

__all__ = ["ROW"]

PATH = "/wait"  # in PostgreSQL, for 0.1 s
CLIENTS = 64
SECONDS = 6.0
PROFILE = "waiting"


def _measure(site: Site) -> Mapping[str, float]:
    site.process.wait_for_http(f"{site.url}{PATH}", status=200)
    return {"rate": measure_rate(site.port, PATH, clients=CLIENTS, seconds=SECONDS)}


@contextmanager
def open_sides() -> Iterator[PatchedOrNot]:
    """Run a PostgreSQL of our own meanwhile."""
    with serve_postgres() as postgres, postgres.create_database() as url:
        env = {
            "DATABASE_URL": with_driver(url, "psycopg2"),
            "ASSUMED_PROFILE": str(PROFILES / f"{PROFILE}.yaml"),
        }
        with open_servers(env) as servers:
            yield PatchedOrNot(servers, PROFILE, _measure)


ROW = Row(
    name="postgres",
    summary="pg_sleep(0.1) behind each request: 64 clients, one worker, a pool of 64",
    open_sides=open_sides,
    lines=(
        Line(
            "pg_sleep(0.1) requests a second, 64 clients",
            "the same without the psycopg2 patch",
            "rate",
            "/s",
            reach=Reach(30, at_least=True),
        ),
    ),
    pairs=5,
)
