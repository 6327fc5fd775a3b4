"""Run commands of assembler in numbers, each in a process of its own.

One process has everything imported and forks for each command, which takes a tenth of the time of
a new Python. What a command prints, and how it ends, is what ``python -m assembler`` gives.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import sys
import tempfile
import traceback
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.__main__ import main
from assembler.commands import COMMANDS
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Outcome", "run_commands"]


class Outcome(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    stdout: str
    stderr: str


def run_commands(
    commands: Sequence[Sequence[str]], folder: Path, env: Mapping[str, str] | None = None
) -> list[Outcome]:
    """Run each of ``commands`` in ``folder``, and give their outcomes in the same order."""
    args = ["-m", "tests.support.commands"]
    more = {"PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    done = run_cli(args, folder, more, stdin=json.dumps(commands))
    assert done.returncode == 0, done.stderr
    return [Outcome(*outcome) for outcome in json.loads(done.stdout)]


def _run(args: list[str]) -> Outcome:
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        pid = os.fork()
        if not pid:
            os._exit(_run_here(args, stdout.fileno(), stderr.fileno()))
        _, status = os.waitpid(pid, 0)
        return Outcome(os.waitstatus_to_exitcode(status), _read(stdout), _read(stderr))


def _run_here(args: list[str], stdout: int, stderr: int) -> int:
    os.dup2(stdout, 1)
    os.dup2(stderr, 2)
    sys.argv = ["assembler", *args]
    status: Any
    try:
        status = main(args)
    except SystemExit as leaving:
        status = leaving.code
    except BaseException:  # noqa: BLE001 - as Python itself would end
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return status if isinstance(status, int) else int(status is not None)


def _read(stream: Any) -> str:  # noqa: ANN401 - a temporary file's type is private
    stream.seek(0)
    text: str = stream.read().decode()
    return text


if __name__ == "__main__":
    # Here, so that no child need do it again.
    for module in (
        "flask.cli",
        "flask_sqlalchemy",
        "assembler.assembling.carrying_out",
        *(f"assembler.commands.{name}" for name in COMMANDS),
    ):
        importlib.import_module(module)
    gc.freeze()
    json.dump([_run(args) for args in json.load(sys.stdin)], sys.stdout)
