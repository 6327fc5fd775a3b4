"""Measure linting one profile in a new process against checking it with the JSON Schema alone."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assembler.planning.schema import build_schema
from benchmarks.lint_project import LINT, Commands, open_project
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

FILE = "profiles/web00000.yaml"
CHECK = (sys.executable, "-m", "check_jsonschema", "--schemafile", "profile.schema.json", FILE)


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write a project with one profile, and the schema."""
    with open_project(profiles=1) as folder:
        (folder / "profile.schema.json").write_text(json.dumps(build_schema()), "utf-8")
        yield Commands(folder, (*LINT, FILE), CHECK)


ROW = Row(
    name="lint_cold_schema",
    summary="one profile in a new process: lint, and check-jsonschema",
    open_sides=open_sides,
    lines=(
        Line("lint, one profile, cold", "check-jsonschema on it", "seconds", "s", reach=Reach(1)),
    ),
    pairs=31,
)
