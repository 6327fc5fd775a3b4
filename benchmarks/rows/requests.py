"""Measure how many requests a second the JSON route answers."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.client import measure_rate
from benchmarks.measuring import Row
from benchmarks.quotients import Line
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.serving import Site

__all__ = ["ROW", "open_rates"]

PATH = "/api/products"
CLIENTS = 8
SECONDS = 1.0
WARM_UP_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Rates:
    """Two servers that answer the same route."""

    here: Site
    there: Site

    def measure_here(self) -> Mapping[str, float]:
        """Ask the one."""
        return _measure(self.here)

    def measure_there(self) -> Mapping[str, float]:
        """Ask the other."""
        return _measure(self.there)


def _measure(site: Site) -> Mapping[str, float]:
    rate = measure_rate(
        site.port, PATH, clients=CLIENTS, seconds=SECONDS, warm_up_seconds=WARM_UP_SECONDS
    )
    return {"rate": rate}


@contextmanager
def open_rates(profile: str, app: str) -> Iterator[Rates]:
    """Run a profile and an app made by hand all the time, and ask them in turn for short times.

    What else a machine does comes and goes in seconds: it then meets both sides alike.
    """
    with (
        open_servers() as servers,
        servers.run_profile(profile) as here,
        servers.run_gunicorn(app) as there,
    ):
        for site in (here, there):
            site.process.wait_for_http(f"{site.url}{PATH}", status=200)
        yield Rates(here, there)


ROW = Row(
    name="requests",
    summary="requests a second of a JSON route: 8 clients that keep their connections, one worker",
    open_sides=partial(open_rates, "shop", "benchmarks.shop.wsgi:app"),
    lines=(
        Line(
            "requests a second, JSON route",
            "hand-written factory, gunicorn -k gevent",
            "rate",
            "/s",
        ),
    ),
    pairs=31,
)
