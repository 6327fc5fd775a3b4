"""Measure the engine as an editor would use it: the same profile again after each edit."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.policy import find_policy
from benchmarks.lint_project import PROFILE, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ROW"]

EDITS = 50  # one after the other for one value
LINES = 100
PATH = "profiles/web00000.yaml"


@dataclass(frozen=True, slots=True)
class _Editing:
    linter: Linter
    lines: list[str]

    def measure_here(self) -> Mapping[str, float]:
        return {"milliseconds": median(self._lint_edit(number) for number in range(EDITS))}

    def measure_there(self) -> Mapping[str, float]:
        """Lint the same text once by a new engine, as a command that starts anew would."""
        started = time.perf_counter()
        Linter(self.linter.policy, self.linter.selection).lint_text(_encode(self.lines), PATH)
        return {"milliseconds": (time.perf_counter() - started) * 1000}

    def _lint_edit(self, number: int) -> float:
        edited = list(self.lines)
        edited[4] = f"description: Edited {number} times."
        text = _encode(edited)
        started = time.perf_counter()
        outcome = self.linter.lint_text(text, PATH)
        milliseconds = (time.perf_counter() - started) * 1000
        if outcome.diagnostics:
            message = f"the profile is not as it should be: {outcome.diagnostics[0]}"
            raise RuntimeError(message)
        return milliseconds


def _encode(lines: list[str]) -> bytes:
    return "\n".join([*lines, ""]).encode()


def _build_lines() -> list[str]:
    """Return the profile of the other rows, made longer by steps to 100 lines."""
    head, server = PROFILE.format(number=0, requests=1000).split("server:\n")
    steps: list[str] = []
    while len((head + server).splitlines()) + 1 + len(steps) < LINES:
        steps.append(
            f"  - {{use: attributes, name: more{len(steps)}, with: {{shop_{len(steps)}: 1}}}}"
        )
    return [*head.splitlines(), *steps, "server:", *server.splitlines()]


@contextmanager
def open_sides() -> Iterator[_Editing]:
    """Write a project; it is the current directory meanwhile, as an editor's server has it."""
    before = Path.cwd()
    with open_project(profiles=20) as folder:
        os.chdir(folder)
        try:
            linter = Linter(find_policy({}, folder), build_selection(["ALL"], []))
            yield _Editing(linter, _build_lines())
        finally:
            os.chdir(before)


ROW = Row(
    name="lint_again",
    summary="the engine on a profile of 100 lines after an edit, in process",
    open_sides=open_sides,
    lines=(
        Line(
            *("the engine again, 100 lines", "a new engine", "milliseconds", "ms"),
            how=How.HERE,
            reach=Reach(20),
        ),
    ),
    pairs=21,
)
