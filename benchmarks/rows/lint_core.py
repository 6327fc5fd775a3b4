"""Measure how far linting is from the least that parses and checks the shape of profiles."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import Line

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

CORE = (sys.executable, "-m", "benchmarks.bare_core", "profiles")


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write the profiles that both read."""
    with open_project(profiles=1000) as folder:
        yield Commands(folder, (*LINT, "profiles"), CORE, is_one_process=True)


ROW = Row(
    name="lint_core",
    summary="1,000 profiles: lint, and C compose, a construct of its own and pydantic",
    open_sides=open_sides,
    lines=(
        Line("lint, 1,000 profiles, one process", "the bare core in one process", "seconds", "s"),
    ),
    pairs=7,
)
