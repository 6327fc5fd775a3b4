"""Try the app of an edited profile in a process of its own, forked from gunicorn's master."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assembler.assembling.progress import Progress
from assembler.runners.worker_link import Link

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.runners.canary_task import Task

__all__ = ["Canary"]

LIMIT_OUTPUT_BYTES = 256 * 1024
CHUNK_BYTES = 65536
LIMIT_CHUNKS = 16  # read at a time, from a canary that writes without end


@dataclass(slots=True)
class Canary:
    """A canary as its master sees it."""

    pid: int
    link: Link
    output_reader: int
    progress: Progress
    limit_seconds: float
    started: float = field(default_factory=time.monotonic)
    output: bytes = b""
    verdict: dict[str, Any] | None = None
    ended: str | None = None  # how the process ended, if it did without a verdict

    @classmethod
    def start(cls, task: Task, close_inherited: Callable[[], None]) -> Canary:
        """Fork a canary; only from the main thread, whose end it does not survive.

        Args:
            task: What it is to try.
            close_inherited: Closes what is the master's alone; called in the child.
        """
        link, own = Link.make_pair()
        reader, writer = os.pipe()
        progress = Progress()
        master = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no process to have: nothing of this one is left behind
            link.close()
            own.close()
            os.close(reader)
            os.close(writer)
            raise
        if pid == 0:
            try:
                link.close()
                os.close(reader)
                _become_canary(writer, close_inherited)
                from assembler.runners.canary_process import try_app  # noqa: PLC0415 - only here

                try_app(task, own, progress, master)
            finally:
                os._exit(0)  # what counts is what it has said
        own.close()
        os.close(writer)
        os.set_blocking(reader, False)
        limit = task.running.profile.server.boot_timeout
        return cls(pid, link, reader, progress, limit)

    def look(self) -> None:
        """Read what it has written, and said."""
        for _ in range(LIMIT_CHUNKS):
            try:
                chunk = os.read(self.output_reader, CHUNK_BYTES)
            except BlockingIOError:
                break
            if not chunk:
                break
            self.output = (self.output + chunk)[-LIMIT_OUTPUT_BYTES:]
        for message in self.link.receive():
            self.limit_seconds = message.get("limit", self.limit_seconds)
            self.verdict = message.get("verdict", self.verdict)

    @property
    def is_late(self) -> bool:
        """Whether it has taken longer than a boot may."""
        return time.monotonic() - self.started > self.limit_seconds

    def read_output(self) -> str:
        """Return what it has written to its standard streams."""
        return self.output.decode("utf-8", "replace")

    def note_end(self, how: str) -> None:
        """Note that the process has ended; a verdict that it has sent still counts."""
        self.look()
        self.ended = how

    def end(self) -> None:
        """Kill it and all that it started, and close what belongs to it."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(OSError):  # before it was the leader of its group
            os.kill(self.pid, signal.SIGKILL)
        self.link.close()
        os.close(self.output_reader)


def _become_canary(output: int, close_inherited: Callable[[], None]) -> None:
    """Make this child of the master a process of its own."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGTTIN, signal.SIGTTOU, signal.SIGWINCH):
        signal.signal(number, signal.SIG_IGN)
    os.setsid()
    close_inherited()
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    os.environ["ASSEMBLER_CANARY"] = "1"
