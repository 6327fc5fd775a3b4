"""Serve a small profile in a process of its own, and look at what it does."""

from __future__ import annotations

import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.support.processes import Answer, RunningProcess, free_port, http_get, wait_until

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tests.conftest import StartProcess

__all__ = [
    "RESOURCES",
    "STRICT",
    "Served",
    "ask_at",
    "end_while_it_answers",
    "find_reports",
    "write_profile",
]

HEAD = "version: 1\napp: {with: {import_name: tests.runner_app}}\n"
ROUTES = "  - tests.runner_app:add_routes\n"
# Warnings are errors, but for files that gunicorn's master leaves to the garbage collector.
STRICT = ("-W", "error", "-W", "ignore::ResourceWarning")
# Two things to be closed, the second first.
RESOURCES = f"""extensions:
  - {{name: a, use: "tests.runner_app:Resource", with: {{label: a}}, close: close}}
  - {{name: b, use: "tests.runner_app:Resource", with: {{label: b}}, close: close}}
{ROUTES}"""


def write_profile(folder: Path, text: str) -> Path:
    """Write ``profile.yaml`` of a small app with ``text`` in it; give its file.

    Without ``extensions`` of its own it has the routes of `tests.runner_app`.
    """
    file = folder / "profile.yaml"
    extensions = "" if "extensions:" in text else f"extensions:\n{ROUTES}"
    file.write_text(f"{HEAD}{extensions}{text.rstrip()}\n", encoding="utf-8")
    return file


def find_reports(text: str) -> list[dict[str, Any]]:
    """Return the reports among the lines of a log, one for each process that it is of."""
    found = (line.partition('{"event"') for line in text.splitlines())
    reports = [json.loads(start + rest) for _, start, rest in found if start]
    return [report for report in reports for _ in report["pids"]]


@dataclass(frozen=True, slots=True)
class Served:
    """A process that serves, on a port of its own."""

    process: RunningProcess
    url: str
    log: Path

    @classmethod
    def start(
        cls,
        process: StartProcess,
        folder: Path,
        text: str,
        args: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> Served:
        """Serve with ``assembler run`` and wait until it answers."""
        served = cls.start_unready(process, folder, text, args, env)
        served.process.wait_for_http(served.url + "/")
        return served

    @classmethod
    def start_unready(
        cls,
        process: StartProcess,
        folder: Path,
        text: str,
        args: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> Served:
        """Start ``assembler run``, warnings as errors, and do not wait."""
        write_profile(folder, text)
        port = free_port()
        command = [*STRICT, "-m", "assembler", "run", "profile.yaml"]
        bind = ["--bind", f"127.0.0.1:{port}"]
        return cls.start_command(process, folder, [*command, *bind, *args], port, env)

    @classmethod
    def start_command(
        cls,
        process: StartProcess,
        folder: Path,
        args: Sequence[str],
        port: int,
        env: Mapping[str, str] | None = None,
    ) -> Served:
        """Start ``python ARGS``, which is to serve on ``port``."""
        log = folder / "runner.log"
        started = process(args, folder, {"RUNNER_LOG": str(log), **(env or {})})
        return cls(started, f"http://127.0.0.1:{port}", log)

    def get(self, path: str) -> Answer:
        """Send one request."""
        return http_get(self.url + path)

    def read_log(self) -> list[str]:
        """Return what the app told, without who told it."""
        if not self.log.exists():
            return []
        return [line.rpartition(" ")[0] for line in self.log.read_text("utf-8").splitlines()]

    def wait_for_log(self, what: str, count: int = 1) -> None:
        """Wait until the app has told ``what``, so often."""
        wait_until(lambda: self.read_log().count(what) >= count, f"{what!r} in the app's log")

    def wait_for_reports(self, count: int) -> list[dict[str, Any]]:
        """Wait until so many reports are logged, and give all."""

        def look() -> list[dict[str, Any]] | None:
            reports = find_reports(self.process.stderr)
            return reports if len(reports) >= count else None

        return wait_until(look, f"{count} reports")


def ask_at(path: Path, what: str) -> int:
    """Send one request to a Unix socket, and return the status."""
    connection = http.client.HTTPConnection("localhost", timeout=30)
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        connection.sock = client
        connection.request("GET", what)
        return connection.getresponse().status


def end_while_it_answers(
    served: Served, number: signal.Signals, *, timeout_seconds: float
) -> tuple[int, str]:
    """End a server while it answers a request, and another connection only waits.

    Give its exit status, and the text of the answer.
    """
    idle = http.client.HTTPConnection(served.url.removeprefix("http://"))
    idle.request("GET", "/")
    idle.getresponse().read()
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(served.get, "/slow/0.7")
        served.wait_for_log("request")
        status = served.process.terminate(number, timeout_seconds=timeout_seconds)
    idle.close()
    return status, answer.result().text
