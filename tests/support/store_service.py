"""Run the store of `tests/apps/store` in every role, in one of its two ways, and ask it."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import signal
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from celery import Celery

from tests.support.forking import CELERY, PLUGINS
from tests.support.processes import (
    ROOT,
    RunningProcess,
    free_port,
    http_get,
    start_process,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from tests.support.processes import Answer

__all__ = ["GREENLETS", "PROJECT", "Store", "StoreAnswer", "read_sales"]

PROJECT = ROOT / "tests" / "apps" / "store"
GREENLETS = "greenlets"  # the queue of the worker whose pool is gevent's
# What every process of the store loads, but for gRPC, whose threads no fork has.
LIBRARIES: Sequence[str] = (
    *("flask_compress", "flask_login", "flask_mailman", "flask_smorest", "obstore.store", "orjson"),
    *("celery.app.trace", "celery.backends.redis", "kombu.transport.redis", "psycopg2", "redis"),
    *("prometheus_client", "sentry_sdk", "opentelemetry.sdk.metrics.export"),
    "opentelemetry.sdk.trace.export",
)
# Patches come before these libraries; those of the server's own may be there, as in other tests.
# What is no server is forked from one process, which has what Celery loads as well.
PREPARED: dict[str, Sequence[str] | None] = {
    "gevent": None,
    "web": (),
    "migrate": (*PLUGINS, *CELERY, *LIBRARIES),
    "job": (*CELERY, *LIBRARIES),
}
LIMIT_SECONDS = 120.0  # so many processes begin at once
READY = r"celery@\S+ ready"
INFO = ("-l", "INFO")
VARYING = re.compile(r"[0-9a-f]{32}")  # a request's id that nobody has given
StoreAnswer = tuple[int, dict[str, str], str]


@dataclass(slots=True)
class Store:
    """One of the two ways, in a folder of its own."""

    way: str  # the folder of its profiles
    folder: Path
    env: dict[str, str]
    cookies: dict[str, str] = field(default_factory=dict)
    running: dict[str, RunningProcess] = field(default_factory=dict)
    url: str = ""

    @classmethod
    def copy(cls, way: str, folder: Path, env: Mapping[str, str]) -> Store:
        """Copy the project, so that each way has an instance folder of its own."""
        shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "logs").mkdir()
        return cls(way, folder, {**env, "HOME": str(folder)})

    def change(self, env: Mapping[str, str]) -> Store:
        """Return the same store with more in its environment; nothing runs yet."""
        return replace(self, env={**self.env, **env}, cookies={}, running={})

    def serve(self, role: str, *options: str) -> None:
        """Start `assembler run`."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.start(role, "run", role, "--bind", f"127.0.0.1:{port}", *options)

    def start_celery(self) -> None:
        """Start a worker of processes, another of greenlets, and beat."""
        schedule = str(self.folder / "schedule")
        self.start("prefork", "worker", "worker", "--", *INFO)
        pool = ("-P", "gevent", "-c", "10", "-Q", GREENLETS)
        self.start("gevent", "worker", "worker", "--", *pool, *INFO)
        self.start("beat", "beat", "beat", "--", "--schedule", schedule)

    def start(self, name: str, command: str, role: str, *rest: str) -> None:
        """Start a command of assembler's on the profile of a role."""
        args = ["-m", "assembler", *command.split(), f"profiles/{self.way}/{role}.yaml", *rest]
        logs = self.folder / "logs"
        prepared = PREPARED.get(name, LIBRARIES)
        self.running[name] = start_process(args, self.folder, logs, self.env, prepared=prepared)

    def wait(self, name: str) -> None:
        """Wait until a process takes requests, or tasks; what is asked for that is not counted."""
        process = self.running[name]
        if name in {"prefork", "gevent"}:
            process.wait_for_line(READY, timeout_seconds=LIMIT_SECONDS)
        else:
            process.wait_for_http(f"{self.url}/health/live", timeout_seconds=LIMIT_SECONDS)

    def ask(self, steps: Iterable[Mapping[str, Any]]) -> list[StoreAnswer]:
        """Ask over HTTP what `tests.support.answers` takes, and keep cookies."""
        return [self._ask(step) for step in steps]

    def _ask(self, step: Mapping[str, Any]) -> StoreAnswer:
        method, _, path = step["request"].partition(" ")
        headers = {**step.get("headers", {}), "Accept-Language": "en"}
        if self.cookies:
            pairs = (f"{name}={value}" for name, value in self.cookies.items())
            headers["Cookie"] = "; ".join(pairs)
        data = step.get("data")
        if "json" in step:
            headers["Content-Type"] = "application/json"
            data = json.dumps(step["json"])
        elif isinstance(data, dict):
            data = urlencode(data)
        body = None if data is None else data.encode()
        answer = http_get(f"{self.url}{path}", method=method, headers=headers, data=body)
        self._keep_cookie(answer)
        return _read(answer)

    def _keep_cookie(self, answer: Answer) -> None:
        name, _, rest = answer.headers.get("set-cookie", "").partition("=")
        if name:
            self.cookies[name] = rest.partition(";")[0]

    def call(self, task: str, *args: object, queue: str | None = None) -> object:
        """Have a task carried out, and return its result, or what it raised."""
        url = self.env["REDIS_URL"]
        with closing(Celery(broker=url, backend=url, set_as_current=False)) as celery:
            sent = celery.send_task(f"store.tasks.{task}", args, queue=queue)
            result = sent.get(timeout=60, propagate=False)
            celery.backend.client.close()
        return repr(result) if isinstance(result, BaseException) else result

    def read_log(self, name: str) -> list[str]:
        """Return the lines that the app itself wrote, without what differs in each run."""
        lines = re.findall(
            r"^[A-Z]+ (?:store|py\.warnings) .*", self.running[name].stderr, re.MULTILINE
        )
        return [VARYING.sub("ID", line.replace(str(self.folder), "")) for line in lines]

    def stop(self) -> dict[str, int]:
        """End all that runs, as its administrator would; return how each ended."""
        for process in self.running.values():
            process.popen.send_signal(signal.SIGTERM)
        return self.wait_for_end()

    def wait_for_end(self) -> dict[str, int]:
        """Wait until all has ended; return how each did."""
        return {name: process.wait() for name, process in self.running.items()}

    def kill(self) -> None:
        """End what is still there."""
        for process in self.running.values():
            process.kill_group()


def _read(answer: Answer) -> StoreAnswer:
    """Return an answer without what differs each time: times, signatures, and ids of our making."""
    headers = {name: value for name, value in answer.headers.items() if name != "date"}
    if "x-request-id" in headers:
        headers["x-request-id"] = VARYING.sub("ID", headers["x-request-id"])
    if "set-cookie" in headers:
        headers["set-cookie"] = re.sub(r"=[^;]+", "=VALUE", headers["set-cookie"], count=1)
    body = answer.body
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    return answer.status, headers, body.decode()


def read_sales(metrics: str) -> dict[str, float]:
    """Return how many requests Prometheus is told of, by what they were, but for its own."""
    found = re.findall(r"^\w+_http_requests_total\{(.*)\} (\S+)$", metrics, re.MULTILINE)
    own = ('route="/health/', 'route="/metrics')
    return {labels: float(count) for labels, count in found if not any(map(labels.count, own))}
