"""Measure linting 1,000 profiles against yamllint."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

YAMLLINT = (sys.executable, "-m", "yamllint", "profiles")


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write the profiles that both read."""
    with open_project(profiles=1000) as folder:
        yield Commands(folder, (*LINT, "profiles"), YAMLLINT)


ROW = Row(
    name="lint_yamllint",
    summary="1,000 profiles of 64 lines: lint with all rules on, and yamllint's default rules",
    open_sides=open_sides,
    lines=(
        Line(
            *("lint, 1,000 profiles, times faster", "yamllint, default rules", "seconds", "s"),
            how=How.THERE_BY_HERE,
            reach=Reach(9, at_least=True),
        ),
    ),
    pairs=7,
)
