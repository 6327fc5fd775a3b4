"""Run several commands of assembler in one folder."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

from assembler.__main__ import main
from tests.support.environment import build_env
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = ["Outcome", "run_commands", "run_here"]


class Outcome(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    stdout: str
    stderr: str


def run_commands(
    commands: Sequence[Sequence[str]], folder: Path, env: Mapping[str, str] | None = None
) -> list[Outcome]:
    """Run each of ``commands`` in ``folder``, and give their outcomes in the same order."""
    given = {"PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    ended = [run_cli(["-m", "assembler", *args], folder, given) for args in commands]
    return [Outcome(done.returncode, done.stdout, done.stderr) for done in ended]


def run_here(
    commands: Sequence[Sequence[str]], folder: Path, env: Mapping[str, str] | None = None
) -> list[Outcome]:
    """Run each of ``commands``, which only read and print, in this process, as `run_commands`."""
    threshold = gc.get_threshold()
    try:
        with (
            chdir(folder),
            patch.dict(os.environ, build_env(env), clear=True),
            patch.object(sys, "path", [*sys.path]),
        ):
            return [_run_here(args) for args in commands]
    finally:
        gc.set_threshold(*threshold)


def _run_here(args: Sequence[str]) -> Outcome:
    stdout, stderr = io.StringIO(), io.StringIO()
    with redirect_stdout(stdout), redirect_stderr(stderr):
        status = main([*args])
    return Outcome(status, stdout.getvalue(), stderr.getvalue())
