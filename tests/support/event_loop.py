"""Count how often gevent's event loop comes round while slow calls wait, in a script or a server.

In a script: ``measure(call)`` makes 16 calls at once and gives the share of ticks.
In a server: a profile's step ``use: tests.support.event_loop:install_probes`` adds the routes

- ``/probe/ticks``: the ticks so far, and the time;
- ``/probe/sleep``, ``/probe/psycopg2``, ``/probe/grpc``: one slow call each (``?seconds=0.2``);
  the last two read ``PROBE_POSTGRES`` (what libpq connects to) and ``PROBE_GRPC`` (an address,
  see `tests.support.grpc_slow`) from the app's config;

and ``measure_server(url, "psycopg2")``, called from another process, makes 16 requests at once.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.request import urlopen

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

__all__ = ["CALLS", "Measured", "install_probes", "measure", "measure_server", "query_slow"]

CALLS = 16
TICK_SECONDS = 0.01
LIMIT_SECONDS = 60


class Measured(NamedTuple):
    """What 16 calls at once did to the event loop."""

    share: float  # of the ticks that the time has room for; near 1: nothing blocked the loop
    seconds: float
    results: list[Any]


class _Ticks:
    """A greenlet that counts every round of the event loop."""

    def __init__(self) -> None:
        import gevent  # noqa: PLC0415 - only in processes with gevent

        self.count = 0
        self.greenlet = gevent.spawn(self._run)

    def _run(self) -> None:
        import gevent  # noqa: PLC0415 - only in processes with gevent

        while True:
            gevent.sleep(TICK_SECONDS)
            self.count += 1


def measure(call: Callable[[], Any], *, calls: int = CALLS) -> Measured:
    """Make ``calls`` calls in greenlets of this process at once, and count ticks meanwhile."""
    import gevent  # noqa: PLC0415 - only in processes with gevent

    ticks = _Ticks()
    gevent.sleep(TICK_SECONDS * 2)
    before, started = ticks.count, time.perf_counter()
    greenlets = [gevent.spawn(call) for _ in range(calls)]
    gevent.joinall(greenlets, timeout=LIMIT_SECONDS, raise_error=True)
    seconds = time.perf_counter() - started
    ticks.greenlet.kill()
    results = [greenlet.get(block=False) for greenlet in greenlets]
    return Measured((ticks.count - before) * TICK_SECONDS / seconds, seconds, results)


def query_slow(conninfo: str, seconds: float) -> int:
    """Sleep in PostgreSQL through psycopg2; give how many did so half-way."""
    import psycopg2  # noqa: PLC0415 - as above

    connection = psycopg2.connect(conninfo)
    try:
        with connection.cursor() as cursor:
            cursor.execute("select pg_sleep(%s)", (seconds / 2,))
            cursor.execute(
                "select count(*) from pg_stat_activity"
                " where query like 'select pg_sleep%%' or pid = pg_backend_pid()"
            )
            row = cursor.fetchone()
            cursor.execute("select pg_sleep(%s)", (seconds / 2,))
            return int(row[0]) if row else 0
    finally:
        connection.close()


def install_probes(app: Flask) -> None:
    """Add the routes below ``/probe`` to ``app``."""
    from flask import jsonify, request  # noqa: PLC0415 - after the patches

    found: dict[str, Any] = {}  # filled by requests: the loop, and a channel, are a worker's own

    def ticks() -> Any:  # noqa: ANN401 - a response
        if "ticks" not in found:
            found["ticks"] = _Ticks()
        return jsonify(count=found["ticks"].count, seconds=time.perf_counter())

    def sleep() -> Any:  # noqa: ANN401 - a response
        time.sleep(float(request.args.get("seconds", "0.2")))
        return jsonify(None)

    def psycopg2() -> Any:  # noqa: ANN401 - a response
        seconds = float(request.args.get("seconds", "0.2"))
        return jsonify(query_slow(app.config["PROBE_POSTGRES"], seconds))

    def grpc() -> Any:  # noqa: ANN401 - a response
        from grpc import insecure_channel  # noqa: PLC0415 - after the patches

        from tests.support.grpc_slow import call_slow  # noqa: PLC0415 - with it

        if "channel" not in found:
            found["channel"] = insecure_channel(app.config["PROBE_GRPC"])
        return jsonify(call_slow(found["channel"], float(request.args.get("seconds", "0.2"))))

    for view in (ticks, sleep, psycopg2, grpc):
        app.add_url_rule(f"/probe/{view.__name__}", f"probe_{view.__name__}", view)


def measure_server(url: str, probe: str, *, seconds: float = 0.2, calls: int = CALLS) -> Measured:
    """Make ``calls`` requests at once to a server of one worker, and count its ticks."""
    _get(f"{url}/probe/ticks")  # the first starts the counter
    before = _get(f"{url}/probe/ticks")
    target = f"{url}/probe/{probe}?seconds={seconds}"
    with ThreadPoolExecutor(calls) as pool:
        results = list(pool.map(_get, [target] * calls))
    after = _get(f"{url}/probe/ticks")
    elapsed = after["seconds"] - before["seconds"]
    return Measured((after["count"] - before["count"]) * TICK_SECONDS / elapsed, elapsed, results)


def _get(url: str) -> Any:  # noqa: ANN401 - any JSON
    with urlopen(url, timeout=LIMIT_SECONDS) as response:  # noqa: S310 - our own server's address
        return json.load(response)
