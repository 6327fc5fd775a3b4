"""Fork the process in which a console's playground checks a text, from one that has its modules.

It is confined as any: by what its module does first. That a new Python gets by with what it may
open then, the tests of real servers show.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.console import playground
from assembler.runners.apart import START
from tests.support.environment import ROOT
from tests.support.forking import LIGHT, Fork, start_server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["ForkingSubprocess"]


class ForkingSubprocess:
    """As much of the module ``subprocess`` as a playground uses."""

    PIPE = subprocess.PIPE
    DEVNULL = subprocess.DEVNULL
    TimeoutExpired = subprocess.TimeoutExpired

    @staticmethod
    def run(
        args: Sequence[str],
        *,
        env: Mapping[str, str],
        timeout: float,
        input: bytes,  # noqa: A002 - subprocess' name
        **_rest: object,
    ) -> subprocess.CompletedProcess[bytes]:
        """Fork a process that carries out the request on its standard input."""
        assert args[1:4] == ["-P", "-c", START.format(playground.CHILD)]
        server = start_server((*LIGHT, playground.CHILD))
        command = ["-m", "tests.support.forked_check", *args[4:]]
        own = {**env, "PYTHONPATH": str(ROOT)}
        done = Fork(server, command, [], Path.cwd(), own).run(input.decode(), timeout)
        return subprocess.CompletedProcess(args, done.returncode, done.stdout.encode())


def _main() -> None:
    sys.path[:] = json.loads(sys.argv.pop())
    importlib.import_module(playground.CHILD).main()
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    _main()
