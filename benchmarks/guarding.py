"""See to it that nothing that a benchmark has started outlives it, however it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.runners.parent_death import die_with_parent

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["stand_guard"]

SET_CHILD_SUBREAPER = 36  # of Linux's prctl
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def stand_guard() -> None:
    """Return in a child that measures; this process waits for its end, and never returns.

    A signal that ends the benchmark reaches the child as one that its `finally` blocks see, and
    so does the end of this process, even by SIGKILL. What the child leaves behind, as it is killed
    itself, is handed to this process, which kills it. Without Linux only the signals are seen.
    """
    guard = os.getpid()
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    child = os.fork()
    if child:
        for number in ENDING:
            signal.signal(number, lambda number, _: _send(child, number))
        _, status = os.waitpid(child, 0)
        _kill_rest()
        code = os.waitstatus_to_exitcode(status)
        os._exit(code if code >= 0 else 128 - code)
    # In a group of its own: who kills the whole group of this process leaves the child its end.
    os.setpgid(0, 0)
    for number in ENDING:
        signal.signal(number, _leave)
    if not die_with_parent(signal.SIGTERM, guard):
        sys.exit(128 + signal.SIGTERM)


def _leave(number: int, _: FrameType | None) -> None:
    for each in ENDING:  # a second one would keep the first from ending all
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


def _send(child: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, number)


def _kill_rest() -> None:
    """Kill the children of this process, and theirs as they become children of it."""
    with suppress(ChildProcessError):
        while True:
            for pid in _list_children():
                _send(pid, signal.SIGKILL)
            os.waitpid(-1, 0)


def _list_children() -> list[int]:
    try:
        text = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    except OSError:
        return []
    return [int(pid) for pid in text.split()]
