"""Measure linting one profile in a new process against loading what it stands on."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

# pydantic loads most of itself only when the first model is defined.
LIBRARIES = """
import yaml, click, pydantic
class Model(pydantic.BaseModel):
    name: str
"""
IMPORT = (sys.executable, "-c", LIBRARIES)


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write a project with one profile."""
    with open_project(profiles=1) as folder:
        yield Commands(folder, (*LINT, "profiles/web00000.yaml"), IMPORT)


ROW = Row(
    name="lint_cold",
    summary="one profile in a new process: lint, and importing yaml, click, pydantic for one model",
    open_sides=open_sides,
    lines=(
        Line(
            "lint, one profile, cold",
            "import yaml, click, pydantic and one model",
            "seconds",
            "s",
            reach=Reach(1.6),
        ),
    ),
    pairs=31,
)
