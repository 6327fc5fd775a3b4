"""Run commands of assembler, each in a process forked from one that has everything imported.

That takes a tenth of the time of a new Python. What a command prints, and how it ends, is what
``python -m assembler`` gives.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import ExitStack
from functools import cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from assembler.__main__ import main as run_command
from assembler.commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["is_reading", "run_forked"]

PROGRAM = ["-m", "assembler"]
READING = frozenset({"catalog", "lint", "plan", "rules", "schema", "show"})
# For commands that assemble. Those that only read run without, as they do for users.
FLASK = ("flask.cli", "flask_sqlalchemy", "assembler.assembling.carrying_out")
# Python itself reads these when it starts.
AT_START = ("LANG", "LC_", "PYTHON")


def is_reading(args: Sequence[str], env: Mapping[str, str]) -> bool:
    """Return whether ``python ARGS`` only reads, in a Python that starts as usual."""
    is_usual = not any(name.startswith(AT_START) for name in env)
    program, words = list(args[:2]), list(args[2:])
    is_read = bool(words) and words[0] in READING and "--deep" not in words
    return is_usual and program == PROGRAM and is_read


def run_forked(
    args: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    stdin: str = "",
    timeout_seconds: float = 60,
) -> subprocess.CompletedProcess[str]:
    """Run ``assembler ARGS`` in ``cwd`` with ``env`` as its whole environment.

    Raises:
        subprocess.TimeoutExpired: if it takes longer.
    """
    server = _start(env["PYTHONPATH"], *(() if args[0] in READING else FLASK))
    assert server.stdin is not None
    assert server.stdout is not None
    request = {"args": list(args), "cwd": str(cwd), "env": dict(env), "stdin": stdin}
    server.stdin.write(json.dumps({**request, "seconds": int(timeout_seconds)}) + "\n")
    server.stdin.flush()
    status, stdout, stderr = json.loads(server.stdout.readline())
    if status == -signal.SIGALRM:
        raise subprocess.TimeoutExpired(list(args), timeout_seconds, stdout, stderr)
    return subprocess.CompletedProcess(list(args), status, stdout, stderr)


@cache
def _start(path: str, *modules: str) -> subprocess.Popen[str]:
    """Start the process that forks, once in a run of tests; it ends when its input does."""
    env = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", __name__, *modules],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    atexit.register(server.stdin.close)
    return server


def main(modules: Sequence[str]) -> None:
    """Answer each line of standard input, a request, with the command's status and its output."""
    for name in (*modules, *(f"assembler.commands.{name}" for name in COMMANDS)):
        importlib.import_module(name)
    gc.freeze()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_fork(json.loads(line))) + "\n")
        sys.stdout.flush()


def _fork(request: dict[str, Any]) -> tuple[int, str, str]:
    with ExitStack() as stack:
        files = [stack.enter_context(TemporaryFile()) for _ in range(3)]
        files[0].write(request["stdin"].encode())
        files[0].seek(0)
        pid = os.fork()
        if not pid:
            for number, file in enumerate(files):
                os.dup2(file.fileno(), number)
            os._exit(_run(request))
        _, status = os.waitpid(pid, 0)
        for file in files:
            file.seek(0)
        _, stdout, stderr = (file.read().decode() for file in files)
        return os.waitstatus_to_exitcode(status), stdout, stderr


def _run(request: dict[str, Any]) -> int:
    signal.alarm(request["seconds"])
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    sys.path[0] = request["cwd"]
    sys.argv = ["assembler", *request["args"]]
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the old one's buffer holds other requests
    status: Any
    try:
        status = run_command(request["args"])
    except SystemExit as leaving:
        status = leaving.code
    except BaseException:  # noqa: BLE001 - as Python itself would end
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status if isinstance(status, int) else int(status is not None)


if __name__ == "__main__":
    main(sys.argv[1:])
