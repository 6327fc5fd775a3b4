"""Measure linting 1,000 profiles against checking them with the JSON Schema alone."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assembler.planning.schema import build_schema
from benchmarks.lint_project import LINT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write the profiles that both read, and the schema."""
    with open_project(profiles=1000) as folder:
        (folder / "profile.schema.json").write_text(json.dumps(build_schema()), "utf-8")
        files = sorted(str(file.relative_to(folder)) for file in folder.glob("profiles/*.yaml"))
        check = (sys.executable, "-m", "check_jsonschema", "--schemafile", "profile.schema.json")
        yield Commands(folder, (*LINT, "profiles"), (*check, *files))


ROW = Row(
    name="lint_schema",
    summary="1,000 profiles of 64 lines: lint with all rules on, and check-jsonschema",
    open_sides=open_sides,
    lines=(
        Line(
            *("lint, 1,000 profiles, times faster", "check-jsonschema, our schema", "seconds", "s"),
            how=How.THERE_BY_HERE,
            reach=Reach(4, at_least=True),
        ),
    ),
    pairs=7,
)
