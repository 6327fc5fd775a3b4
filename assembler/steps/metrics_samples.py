"""Look at what changes without a request: the connections of pools, and gevent's loop."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from assembler.steps.metrics_instruments import Instruments

__all__ = ["Sampler"]

INTERVAL_SECONDS = 0.5
DEFAULT = "default"  # the database that is no bind


class Sampler:
    """Looks every now and then, in a thread, or a greenlet if gevent is the patch."""

    def __init__(self, app: Flask, get_instruments: Callable[[], Instruments]) -> None:
        """Keep what is looked at, and what is told; nothing runs yet."""
        self._app = app
        self._get_instruments = get_instruments
        self._pid: int | None = None
        self._is_over = threading.Event()

    def start(self) -> None:
        """Begin, once in each process: a master that preloads the app forks."""
        if self._pid != os.getpid():
            self._pid = os.getpid()
            threading.Thread(target=self._run, name="assembler-metrics", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._is_over.set()

    def look_at_pools(self) -> None:
        """Tell how many connections the pools have."""
        if "sqlalchemy" not in self._app.extensions:
            return
        from sqlalchemy.pool import QueuePool  # noqa: PLC0415 - only with a database

        from assembler.database.state import find_engines  # noqa: PLC0415 - as above

        with self._app.app_context():
            engines = find_engines(self._app)
        for bind, engine in engines.items():
            pool = engine.pool
            if not isinstance(pool, QueuePool):
                continue  # it has no limit, and keeps none
            instruments = self._get_instruments()
            told = instruments.pool_connections
            told.labels(bind or DEFAULT, "in_use").set(pool.checkedout())
            told.labels(bind or DEFAULT, "idle").set(pool.checkedin())
            overflow = pool._max_overflow  # noqa: SLF001 - it has no public name
            limit = float("inf") if overflow < 0 else pool.size() + overflow
            instruments.pool_limit.labels(bind or DEFAULT).set(limit)

    def _run(self) -> None:
        while not self._is_over.is_set():
            began = time.perf_counter()
            self._is_over.wait(INTERVAL_SECONDS)
            lag = time.perf_counter() - began - INTERVAL_SECONDS
            loop_lag = self._get_instruments().loop_lag
            if loop_lag is not None:
                loop_lag.observe(max(0.0, lag))
            self.look_at_pools()
