"""Make the metrics that a process writes itself."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_client import CollectorRegistry

__all__ = ["Instruments", "build_instruments", "build_later", "get_shared_instruments"]

LAG_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Instruments(NamedTuple):
    """What is counted and measured."""

    requests: Counter
    duration: Histogram
    loop_lag: Histogram | None  # of gevent's loop, if there is one
    pool_connections: Gauge
    pool_limit: Gauge

    def note_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count a request."""
        self.requests.labels(method, route, status).inc()
        self.duration.labels(method, route).observe(seconds)


def build_instruments(
    buckets_seconds: tuple[float, ...], registry: CollectorRegistry | None, *, has_loop: bool
) -> Instruments:
    """Make them; ``None`` for a registry where they are read from files."""
    loop_lag = None
    if has_loop:
        loop_lag = Histogram(
            "assembler_gevent_loop_lag_seconds",
            "How much later than asked for gevent's loop came back.",
            buckets=LAG_BUCKETS,
            registry=registry,
        )
    return Instruments(
        Counter(
            "assembler_http_requests_total",
            "Requests, by the rule of their route.",
            ("method", "route", "status"),
            registry=registry,
        ),
        Histogram(
            "assembler_http_request_duration_seconds",
            "How long it took until the answer began.",
            ("method", "route"),
            buckets=buckets_seconds,
            registry=registry,
        ),
        loop_lag,
        Gauge(
            "assembler_pool_connections",
            "Connections of the database's pools, of all workers together.",
            ("database", "state"),
            multiprocess_mode="livesum",
            registry=registry,
        ),
        Gauge(
            "assembler_pool_connections_limit",
            "The most connections that the pools may have, of all workers together.",
            ("database",),
            multiprocess_mode="livesum",
            registry=registry,
        ),
    )


@cache
def get_shared_instruments(buckets_seconds: tuple[float, ...], *, has_loop: bool) -> Instruments:
    """Return those that write to this process's files: two of one name would undo each other."""
    return build_instruments(buckets_seconds, None, has_loop=has_loop)


def build_later(build: Callable[[], Instruments]) -> Callable[[], Instruments]:
    """Return what makes them when they are first asked for, by whichever thread.

    Tests make an app for each case, and few of the cases ask for its metrics.
    """
    made: list[Instruments] = []
    lock = threading.Lock()

    def get() -> Instruments:
        if not made:
            with lock:
                if not made:  # two of one name cannot be registered
                    made.append(build())
        return made[0]

    return get
