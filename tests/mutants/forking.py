"""Carry out functions in forked processes, several at once, each within bounds."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["Task", "run_forked"]

WAIT_FACTOR = 10  # by how much a busy machine may be slower
MEMORY_BYTES = 8 * 2**30


class Task(NamedTuple):
    """What to do in a process of its own."""

    number: int
    function: Callable[[], int]  # returns the exit status
    limit_seconds: int  # of processor time


def run_forked(tasks: Iterable[Task], jobs: int) -> Iterator[tuple[int, int]]:
    """Carry out each of ``tasks``, and return its number and exit status as it ends.

    A process that is ended by a signal has a negative status.
    """
    running: dict[int, tuple[int, Path]] = {}
    for task in tasks:
        while len(running) >= jobs:
            yield _wait(running)
        folder = Path(tempfile.mkdtemp(prefix="mutant-"))
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            _run_here(task, folder)
        running[pid] = (task.number, folder)
    while running:
        yield _wait(running)


def _wait(running: dict[int, tuple[int, Path]]) -> tuple[int, int]:
    pid, status = os.wait()
    number, folder = running.pop(pid)
    shutil.rmtree(folder, ignore_errors=True)
    return number, os.waitstatus_to_exitcode(status)


def _run_here(task: Task, folder: Path) -> None:
    """Carry out ``task``, with its output dropped and its temporary files in ``folder``."""
    status = 1
    try:
        os.environ["PYTEST_DEBUG_TEMPROOT"] = str(folder)
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        resource.setrlimit(resource.RLIMIT_CPU, (task.limit_seconds,) * 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(WAIT_FACTOR * task.limit_seconds)
        status = task.function()
    except BaseException:  # noqa: BLE001 - as Python itself would end
        traceback.print_exc()
    finally:
        os._exit(status)
