"""Run several commands of assembler in one folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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
    given = {"PYTHONDONTWRITEBYTECODE": "1", **(env or {})}
    ended = [run_cli(["-m", "assembler", *args], folder, given) for args in commands]
    return [Outcome(done.returncode, done.stdout, done.stderr) for done in ended]
