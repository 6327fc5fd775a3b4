"""Watch a boot from a thread of its own: say what takes long, and end what takes too long.

The thread is the system's also where gevent patches threads: a step that blocks in C, or never
yields, stops every greenlet.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assembler.assembling.progress import Doing, Progress, record_boot
from assembler.rendering.boot import build_timeout_fault, render_killed, render_still
from assembler.rendering.console import write_diagnostics, write_error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile

__all__ = ["LEAVE_SECONDS", "STILL_SECONDS", "find_doing", "watch_boot"]

STILL_SECONDS = 10.0
# What a process gets to leave when it was told to.
LEAVE_SECONDS = 2.0
STATUS_FAULT = 1
STATUSES = {signal.SIGTERM: 0, signal.SIGQUIT: 0, signal.SIGINT: 130}  # when told to leave
END = b"\0"


def find_doing(progress: Progress, profile: Profile) -> Doing:
    """Return what a boot is doing, at worst that it boots the profile."""
    return progress.find_doing() or Doing("the boot", profile.node.place, progress.started)


@contextmanager
def watch_boot(
    profile: Profile,
    *,
    status: int = STATUS_FAULT,
    is_ours: bool = True,
    fail: Callable[[Diagnostic], object] | None = None,
) -> Iterator[None]:
    """Watch the body, which boots the app of ``profile`` in this process.

    Args:
        profile: What is booted.
        status: With what the process ends if that takes too long.
        is_ours: Whether signals tell this process to leave; else its server handles them.
        fail: Tells why it took too long, in place of printing it, before the process ends.
    """
    progress = Progress()
    record_boot(progress)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    watch = _Watch(profile, progress, status, reader, fail or _print)
    before = None
    if is_ours:
        with suppress(ValueError):  # this is not the main thread
            # Written to by the handler in C, so also while the program is in a call in C.
            before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    _get_native("_thread", "start_new_thread")(watch.run, ())
    try:
        yield
    finally:
        progress.finish()
        if before is not None:
            signal.set_wakeup_fd(before)
        os.write(writer, END)
        os.close(writer)


def _get_native(module: str, name: str) -> Any:  # noqa: ANN401 - any function
    """Return a function of Python's own, whether or not gevent has replaced it."""
    monkey = sys.modules.get("gevent.monkey")
    found = getattr(import_module(module), name)
    return found if monkey is None else monkey.get_original(module, name)


def _print(fault: Diagnostic) -> None:
    write_diagnostics([fault])


@dataclass(slots=True)
class _Watch:
    profile: Profile
    progress: Progress
    status: int
    reader: int  # of a pipe: numbers of signals, or the end
    fail: Callable[[Diagnostic], object]

    def run(self) -> None:
        """Watch until the boot is over, or end the process."""
        select = _get_native("select", "select")
        limit = self.progress.started + self.profile.server.boot_timeout
        still, told = self.progress.started + STILL_SECONDS, 0.0
        number = signal.SIGTERM
        while True:
            next_look = min(told + LEAVE_SECONDS if told else limit, limit, still)
            ready, _, _ = select([self.reader], [], [], max(next_look - time.monotonic(), 0))
            if ready:
                received = os.read(self.reader, 64)
                if END in received or not received:
                    os.close(self.reader)
                    return
                ending = [one for one in STATUSES if one in received]
                if ending and not told:
                    number, told = signal.Signals(ending[0]), time.monotonic()
                continue
            now = time.monotonic()
            doing = find_doing(self.progress, self.profile)
            if told and now >= told + LEAVE_SECONDS:
                write_error(render_killed(str(doing), LEAVE_SECONDS, os.getpid()))
                os._exit(STATUSES[number])
            if now >= limit:
                self._end(doing)
            if now >= still:
                write_error(render_still(str(doing), now - doing.since))
                still += STILL_SECONDS

    def _end(self, doing: Doing) -> None:
        limit = self.profile.server.boot_timeout
        self.fail(build_timeout_fault(doing.what, doing.place, limit))
        os._exit(self.status)
