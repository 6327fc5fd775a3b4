"""Fork what a forked command would do in processes of its own, as ``lint --deep`` does.

Each would be a Python that imports what this process has already: `assembler.trial` and others,
which load nothing that a patch must come before, and ``subprocess``, which a patch takes as it is.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from assembler.runners import apart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from io import BufferedWriter

__all__ = ["install"]

MODULES = (
    "assembler.trial",
    "assembler.ledger",
    "assembler.adopting.watch",
    "assembler.adopting.guarded",
)


def install() -> None:
    """Fork where `assembler.runners.apart` starts a Python."""
    vars(apart)["subprocess"] = ForkingSubprocess


class ForkedTrial:
    """As much of a ``Popen`` as a trial's linter uses."""

    def __init__(self, pid: int, stdin: BufferedWriter) -> None:
        """Keep its number, and the pipe that it reads its request from."""
        self.pid = pid
        self.stdin = stdin

    def wait(self) -> int:
        """Wait for its end, and give its exit status as ``Popen`` does."""
        self.stdin.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class ForkingSubprocess:
    """As much of the module ``subprocess`` as a trial's linter uses."""

    PIPE = subprocess.PIPE
    STDOUT = subprocess.STDOUT

    @staticmethod
    def Popen(  # noqa: N802 - subprocess' name
        args: Sequence[str], *, stdout: int, pass_fds: Sequence[int], **_rest: object
    ) -> ForkedTrial:
        """Fork a process that carries out the request on its standard input."""
        start = next(one for one in MODULES if args[1:4] == ["-P", "-c", apart.START.format(one)])
        theirs, ours = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            os.close(theirs)
            return ForkedTrial(pid, os.fdopen(ours, "wb"))
        try:
            _enter(theirs, stdout, pass_fds)
            importlib.import_module(start).main()
        finally:
            os._exit(1)


def _enter(stdin: int, stdout: int, pass_fds: Sequence[int]) -> None:
    """Become what a new Python would be: a session, streams, signals and open files of its own."""
    os.setsid()
    for caught in signal.Signals:
        if callable(signal.getsignal(caught)) and caught != signal.SIGINT:
            signal.signal(caught, signal.SIG_DFL)
    for number, stream in enumerate((stdin, stdout, stdout)):
        os.dup2(stream, number)
    first = 3
    for kept in sorted(pass_fds):
        os.closerange(first, kept)
        first = kept + 1
    os.closerange(first, os.sysconf("SC_OPEN_MAX"))
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - to the end
    sys.argv[:] = ["-c"]
