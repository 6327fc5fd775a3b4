"""Run two workers of Celery's, each with a broker of its own, and time the same tasks in both."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.shop.tasks import DONE
from tests.support.processes import ROOT, start_process, wait_until
from tests.support.redis import serve_redis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from celery import Celery

    from tests.support.processes import RunningProcess

__all__ = ["open_workers"]

TASKS = 2000
LIMIT_SECONDS = 120
QUEUE = "celery"  # Celery's own name for it


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that runs, and what sends to it."""

    celery: Celery

    def measure(self) -> Mapping[str, float]:
        """Fill the queue while nobody reads it; time the worker from then to its last task."""
        control, client = self.celery.control, self.celery.backend.client
        control.cancel_consumer(QUEUE, reply=True, timeout=LIMIT_SECONDS, limit=1)
        key = f"shop:{time.monotonic_ns()}"
        with self.celery.pool.acquire(block=True) as connection:
            producer = self.celery.amqp.Producer(connection)
            for _ in range(TASKS):
                self.celery.send_task("shop.count", (key, TASKS), producer=producer)
        started = time.perf_counter()
        control.add_consumer(QUEUE)
        ended = client.blpop([DONE], timeout=LIMIT_SECONDS)
        seconds = time.perf_counter() - started
        if ended is None:
            message = f"{client.get(key)} of {TASKS} tasks were done in {LIMIT_SECONDS} s"
            raise RuntimeError(message)
        return {"rate": TASKS / seconds}


@dataclass(frozen=True, slots=True)
class Workers:
    """A profile's worker, and one by hand."""

    here: Worker
    there: Worker

    def measure_here(self) -> Mapping[str, float]:
        """Time the one."""
        return self.here.measure()

    def measure_there(self) -> Mapping[str, float]:
        """Time the other."""
        return self.there.measure()


@contextmanager
def open_workers(pool: str, concurrency: int) -> Iterator[Workers]:
    """Start both, with the same pool; one rests while the other works."""
    ours = ["-m", "assembler", "worker", "benchmarks/profiles/tasks.yaml"]
    by_hand = ["-m", "celery", "-A", "benchmarks.shop.tasks_celery", "worker"]
    by_hand += ["--pool", pool, "--concurrency", str(concurrency)]
    env = {"POOL": pool, "CONCURRENCY": str(concurrency), "PYTHONWARNINGS": "ignore"}
    with ExitStack() as stack:
        here = stack.enter_context(_run_worker(ours, env))
        there = stack.enter_context(_run_worker(by_hand, env))
        yield Workers(here, there)


@contextmanager
def _run_worker(args: list[str], env: dict[str, str]) -> Iterator[Worker]:
    from celery import Celery  # noqa: PLC0415 - few rows need it

    with serve_redis() as redis, tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        process = start_process(args, ROOT, Path(name), {**env, "BROKER_URL": redis.url})
        celery = Celery(broker=redis.url, backend=redis.url, set_as_current=False)
        try:
            wait_until(partial(_answers, celery, process), "answer of a worker")
            yield Worker(celery)
        finally:
            celery.close()
            process.kill_group()


def _answers(celery: Celery, process: RunningProcess) -> bool:
    if process.popen.poll() is not None:
        raise RuntimeError(process.output)
    return bool(celery.control.ping(timeout=0.5))
