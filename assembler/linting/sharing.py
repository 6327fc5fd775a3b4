"""Share work out among processes, where there is enough of it to be worth one."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["count_processes", "share_out"]

LEAST_ITEMS = 64  # for a process: starting one takes a thirtieth of what these do
LIMIT_PROCESSES = 8  # a machine that is shared may show more processors than it has to give

Result = TypeVar("Result")


def count_processes() -> int:
    """Give how many processes can run at once here; 1 where a process cannot well be forked."""
    if sys.platform != "linux":  # elsewhere libraries of the system may not stand it
        return 1
    return min(LIMIT_PROCESSES, len(os.sched_getaffinity(0)))


def share_out(
    work: Callable[[Sequence[str]], Result], items: Sequence[str], processes: int
) -> list[Result]:
    """Give ``work`` of all ``items``, in order, each result for some of them.

    This process does its part as well, and that of any process that could not be started, was
    killed or failed: an exception of ``work`` is raised here.

    Args:
        work: Must give what can be pickled, and leave nothing behind that matters.
        items: What to work on.
        processes: How many to use at most; 1: only this one. More need a process of one thread.
    """
    parts = max(1, min(processes, len(items) // LEAST_ITEMS))
    bounds = [len(items) * part // parts for part in range(parts + 1)]
    shares = [items[start:end] for start, end in pairwise(bounds)]
    helpers: list[_Helper[Result]] = []
    try:
        helpers.extend(_Helper(work, share) for share in shares[1:])
        return [work(shares[0]), *(helper.finish() for helper in helpers)]
    finally:
        for helper in helpers:
            helper.end()


class _Helper(Generic[Result]):
    """A process that works on a share, and sends what comes of it; or none, if none can be had."""

    def __init__(self, work: Callable[[Sequence[str]], Result], share: Sequence[str]) -> None:
        self._work = work
        self._share = share
        self._pid: int | None = None
        self._reading = -1
        with suppress(OSError):  # no more processes, or files
            self._start()

    def finish(self) -> Result:
        """Give the result, of the process if there is one."""
        if self._pid is not None:
            with open(self._reading, "rb", closefd=False) as pipe:
                data = pipe.read()
            if self._wait() == 0:
                import pickle  # noqa: PLC0415 - not for a few profiles

                result: Result = pickle.loads(data)  # noqa: S301 - from a process of our own
                return result
        return self._work(self._share)

    def end(self) -> None:
        """Close the pipe, and stop the process if nobody waits for it any more."""
        if self._reading >= 0:
            os.close(self._reading)
            self._reading = -1
        if self._pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._wait()

    def _wait(self) -> int | None:
        """Give the status of the process once it has ended; ``None`` where nobody can know it."""
        assert self._pid is not None
        pid, self._pid = self._pid, None
        try:
            return os.waitpid(pid, 0)[1]
        except ChildProcessError:  # who started us has it that children are forgotten (SIGCHLD)
            return None

    def _start(self) -> None:
        self._reading, writing = os.pipe()
        try:
            pid = os.fork()
            if not pid:
                self._send(writing)
            self._pid = pid
        finally:
            os.close(writing)

    def _send(self, writing: int) -> NoReturn:
        """Do the work, in the process that was forked for it, which ends here whatever happens."""
        status = 1
        try:
            os.close(self._reading)  # so that writing fails once nobody reads any more
            import pickle  # noqa: PLC0415 - as above

            data = pickle.dumps(self._work(self._share), pickle.HIGHEST_PROTOCOL)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(data)
            status = 0
        finally:
            os._exit(status)
