"""Answer `assembler status` from a process of Celery's, and touch its health file."""

from __future__ import annotations

import atexit
import json
import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from celery import bootsteps, signals

from assembler.rendering.console import write_error
from assembler.runners.control_server import ControlServer, find_places
from assembler.runners.status import describe_process, describe_report, render_profile_root

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from celery import Celery
    from celery.beat import Service
    from celery.worker import WorkController

    from assembler.planning.loading import Loaded
    from assembler.report import Report

__all__ = ["Status"]

POLL_SECONDS = 0.5
TOUCH_SECONDS = 5.0
SOCKET_BUFFER_BYTES = 1024 * 1024
# How long beat may take over a round beyond what it sleeps.
ROUND_SECONDS = 30.0


@dataclass(slots=True)
class Status:
    """What a worker or beat says of itself; one for the process."""

    loaded: Loaded
    role: str
    report: dict[str, Any] = field(default_factory=dict)  # of the app; of a child's, the last one
    since: float = field(default_factory=time.time)
    reports: tuple[socket.socket, socket.socket] = field(
        default_factory=lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    )
    control: ControlServer | None = None
    pid: int = field(default_factory=os.getpid)
    touched: float = 0.0
    is_connected: Callable[[], bool] = lambda: False
    list_pids: Callable[[], list[int]] = lambda: [os.getpid()]

    def take_report(self, report: Report) -> None:
        """Keep the report of this process's app; a child's is sent to its parent."""
        said = report.to_dict()
        if os.getpid() == self.pid:
            self.report = said
            return
        reader, writer = self.reports
        with suppress(OSError):  # nobody reads, or it is too long
            writer.settimeout(0)
            writer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER_BYTES)
            writer.send(json.dumps(said).encode())
        reader.close()
        writer.close()

    def watch(self, celery: Celery) -> None:
        """Begin once the worker or beat of ``celery`` starts."""
        if self.role == "worker":
            celery.steps["worker"].add(_build_step(self))
        else:
            signals.beat_init.connect(self.start_in_beat, weak=False)

    def open(self) -> None:
        """Open the control socket."""
        for end in self.reports:
            end.settimeout(0)
        profile = self.loaded.plan.profile
        places = find_places(profile, self.role, self.loaded.root)
        self.control = ControlServer(places, self.obey)
        atexit.register(self.close)  # beat tells nobody that it ends

    def step(self) -> None:
        """Answer who asks, and touch the health file if it is time."""
        with suppress(OSError, ValueError):  # a report that was cut is none
            while True:
                self.report = json.loads(self.reports[0].recv(SOCKET_BUFFER_BYTES))
        if self.control is not None:
            self.control.step()
        file = self.loaded.plan.profile.find_worker_places().get("health_file")
        now = time.monotonic()
        if file is not None and now >= self.touched + TOUCH_SECONDS and self.is_connected():
            self.touched = now
            _touch(file)

    def obey(self, request: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> None:
        """Answer a request: only the status is there to be asked for."""
        if request.get("do") == "status":
            answer({"done": True, **self.build()})
        else:
            message = f"the {self.role} takes no edit over while it runs: restart it"
            answer({"done": True, "error": message})

    def build(self) -> dict[str, Any]:
        """Return the status as plain JSON types; times in seconds since the epoch."""
        plan = self.loaded.plan
        return {
            "profile": plan.profile.name,
            "path": plan.profile.composed.path,
            "role": self.role,
            "pid": self.pid,
            "bind": [self.role],
            "state": "connected" if self.is_connected() else "not connected",
            "pool": plan.pool,
            "digest": plan.profile.composed.digest,
            "since": self.since,
            "workers": [describe_process(pid) for pid in self.list_pids()],
            **describe_report(self.report),
            "composed": render_profile_root(plan.profile),
        }

    def close(self) -> None:
        """Close the control socket, in the process that has opened it."""
        if self.control is not None and os.getpid() == self.pid:
            self.control.close()

    def start_in_beat(self, *, sender: Service, **_: Any) -> None:  # noqa: ANN401 - whatever the signal sends
        """Watch beat from a thread: it has no loop to be part of."""
        rounds = [time.monotonic()]
        scheduler = sender.scheduler
        tick = scheduler.tick

        def note_round(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as it has it
            rounds[0] = time.monotonic()
            return tick(*args, **kwargs)

        scheduler.tick = note_round
        self.is_connected = lambda: (
            time.monotonic() < rounds[0] + scheduler.max_interval + ROUND_SECONDS
        )
        self.open()
        threading.Thread(target=self._run, name="assembler-status", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.step()
            time.sleep(POLL_SECONDS)


def _build_step(status: Status) -> type[bootsteps.StartStopStep]:
    """Build the part of a worker that answers and touches, in the worker's own timer."""

    class Answering(bootsteps.StartStopStep):  # type: ignore[misc] # it has no types
        name = "assembler"
        requires = ("celery.worker.components:Timer",)

        def start(self, parent: WorkController) -> None:
            status.is_connected = lambda: _is_connected(parent)
            if status.loaded.plan.pool == "prefork":
                status.list_pids = lambda: _list_children(parent)
            status.open()
            parent.timer.call_repeatedly(POLL_SECONDS, status.step)

        def stop(self, parent: WorkController) -> None:  # noqa: ARG002 - Celery's form
            status.close()

    return Answering


def _is_connected(worker: WorkController) -> bool:
    connection = getattr(worker.consumer, "connection", None)
    return connection is not None and bool(connection.connected)


def _list_children(worker: WorkController) -> list[int]:
    info = worker.pool.info if worker.pool is not None else {}
    pids = info.get("processes", [])
    return [pid for pid in pids if isinstance(pid, int)]


def _touch(file: Path) -> None:
    try:
        file.touch()
        os.utime(file)
    except OSError as error:
        write_error(f"the health file {file} cannot be touched: {(error.strerror or '').lower()}")
