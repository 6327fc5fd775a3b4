"""Fork the process that serves under a reloader, where that would be a Python of its own.

It has loaded what the one that watches has, which assembles nothing.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from assembler.runners import reloader, reloader_child

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["install"]

ENDING = (signal.SIGTERM, signal.SIGINT)


def install(end: Callable[[int], object]) -> None:
    """Fork where `assembler.runners.reloader` starts a Python; each ends by ``end``."""
    ForkingSubprocess.end = staticmethod(end)
    vars(reloader)["subprocess"] = ForkingSubprocess


class ForkedChild:
    """As much of a ``Popen`` as the reloader uses."""

    def __init__(self, pid: int) -> None:
        """Keep its number."""
        self.pid = pid
        self.returncode: int | None = None

    def terminate(self) -> None:
        """Send it SIGTERM."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> int:
        """Wait for its end, and give its exit status as ``Popen`` does."""
        self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode


class ForkingSubprocess:
    """As much of the module ``subprocess`` as the reloader uses."""

    end: Callable[[int], object]

    @staticmethod
    def _args_from_interpreter_flags() -> list[str]:
        return []  # a fork has them

    @classmethod
    def Popen(  # noqa: N802 - subprocess' name
        cls, args: Sequence[str], *, env: Mapping[str, str], **_rest: object
    ) -> ForkedChild:
        """Fork a process that serves."""
        assert list(args[1:3]) == ["-c", reloader.CHILD]
        sys.stdout.flush()
        sys.stderr.flush()
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)  # until each has its own handlers
        pid = os.fork()
        if not pid:
            cls._serve(args, env)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        return ForkedChild(pid)

    @classmethod
    def _serve(cls, args: Sequence[str], env: Mapping[str, str]) -> NoReturn:
        """Be what the new Python would be, to its end."""
        status: object = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
            os.environ.clear()
            os.environ.update(env)
            sys.orig_argv[:] = args
            sys.argv[:] = ["-c", args[-1]]
            status = reloader_child.main()
        except SystemExit as leaving:
            status = leaving.code
        except BaseException:  # noqa: BLE001 - as Python itself shows it
            traceback.print_exc()
        finally:
            cls.end(status if isinstance(status, int) else int(status is not None))
            os._exit(1)
