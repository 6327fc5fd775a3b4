"""Measure how the time and the memory of linting grow with the number of profiles."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, Commands, open_project, write_profiles
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

MANY, FEW = 10_000, 1_000


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write both folders."""
    with open_project(profiles=FEW) as folder:
        write_profiles(folder / "many", MANY)
        # In one process: that is where time and memory could grow out of proportion.
        yield Commands(folder, (*LINT, "many"), (*LINT, "profiles"), is_one_process=True)


ROW = Row(
    name="lint_growth",
    summary="lint of 10,000 profiles, and of 1,000",
    open_sides=open_sides,
    lines=(
        Line(
            "lint, 10,000 profiles, one process",
            "1,000 profiles",
            "seconds",
            "s",
            reach=Reach(10.5),
        ),
        Line("its peak of memory", "1,000 profiles", "MiB", "MiB", reach=Reach(1.2)),
    ),
    pairs=5,
)
