"""Look after workers of gunicorn's that boot: their reports, their limits, and their end."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assembler.rendering.boot import render_killed, render_still
from assembler.rendering.console import write_error
from assembler.rendering.report import merge_pids, write_report
from assembler.runners.boot_watch import LEAVE_SECONDS, STILL_SECONDS, find_doing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assembler.assembling.progress import Doing
    from assembler.language.profile import Profile

    FindProfile = Callable[[Any], Profile]  # of a worker

__all__ = ["Boots"]

# How long the report of a worker waits for the others of its boot.
GATHER_SECONDS = 2.0


class Boots:
    """What the master knows of its workers' boots, which each worker writes to shared memory."""

    def __init__(self) -> None:
        """Know none yet."""
        self._told: dict[int, float] = {}  # when a worker was told to leave
        self._logged: set[int] = set()  # the ages of the workers whose report is written
        self._waiting: dict[int, tuple[float, str]] = {}  # reports that are not
        # How often it was said of a process that a step takes long, by when it came to the step.
        self._said: dict[tuple[int, float], int] = {}

    def note_told(self, worker: Any) -> None:  # noqa: ANN401 - a worker of gunicorn's
        """Note that a worker is told to leave."""
        if not worker.progress.is_done:
            self._told.setdefault(worker.pid, time.monotonic())

    def kill_stuck(self, workers: Mapping[int, Any], find_profile: FindProfile) -> None:
        """Kill those that boot and were told to leave, but have not: they may block in C."""
        now = time.monotonic()
        for pid, told in list(self._told.items()):
            worker = workers.get(pid)
            if worker is None or worker.progress.is_done:
                del self._told[pid]
            elif now - told > LEAVE_SECONDS:
                doing = find_doing(worker.progress, find_profile(worker))
                write_error(render_killed(str(doing), LEAVE_SECONDS, pid))
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                self._told[pid] = float("inf")

    def look(self, workers: Mapping[int, Any], find_profile: FindProfile) -> None:
        """Log the reports of those that have booted, and say which of the others take long."""
        booting = {pid: one for pid, one in workers.items() if not one.progress.is_done}
        self._gather(workers, is_complete=not booting)
        doings = {pid: find_doing(one.progress, find_profile(one)) for pid, one in booting.items()}
        self.say_still(doings, time.monotonic())

    @property
    def is_gathering(self) -> bool:
        """Whether a report waits for those of other workers."""
        return bool(self._waiting)

    def _gather(self, workers: Mapping[int, Any], *, is_complete: bool) -> None:
        """Write the reports, one for all that are the same."""
        now = time.monotonic()
        for pid, worker in workers.items():
            if worker.age not in self._logged and (report := worker.progress.find_report()):
                self._logged.add(worker.age)
                self._waiting[pid] = (now, report)
        if not self._waiting:
            return
        first = min(since for since, _ in self._waiting.values())
        if is_complete or now - first > GATHER_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write the reports that wait."""
        alike: dict[str, list[int]] = {}
        texts: dict[str, str] = {}
        for pid, (_, kept) in self._waiting.items():
            likeness, text = json.loads(kept)
            alike.setdefault(likeness, []).append(pid)
            texts.setdefault(likeness, text)
        self._waiting.clear()
        for likeness, pids in alike.items():
            write_report(merge_pids(texts[likeness], pids))

    def say_still(self, doings: Mapping[int, Doing], now: float) -> None:
        """Say what takes long, once for all that do it."""
        alike: dict[str, list[int]] = {}
        for pid, doing in doings.items():
            alike.setdefault(str(doing), []).append(pid)
        for text, pids in alike.items():
            times = {
                (pid, doings[pid].since): int((now - doings[pid].since) // STILL_SECONDS)
                for pid in pids
            }
            if any(count > self._said.get(key, 0) for key, count in times.items()):
                since = min(doings[pid].since for pid in pids)
                write_error(render_still(text, now - since, pids))
                self._said.update(dict.fromkeys(times, max(times.values())))
