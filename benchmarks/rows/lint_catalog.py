"""Measure what the catalogue's growth costs a profile that uses nothing of it."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.lint_project import LINT, ROOT, Commands, open_project
from benchmarks.measuring import NotMeasurable, Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]

BEFORE = "9bf4e168fea0"  # the last commit with twelve steps in the catalogue


@contextmanager
def open_sides() -> Iterator[Commands]:
    """Write a project with one profile, and the package as it was."""
    with open_project(profiles=1) as folder, tempfile.TemporaryDirectory() as name:
        _unpack_package(Path(name))
        lint = (*LINT, "profiles/web00000.yaml")
        yield Commands(folder, lint, lint, root_there=Path(name))


def _unpack_package(folder: Path) -> None:
    archive = ["git", "archive", BEFORE, "assembler"]
    if shutil.which("git") is None:
        raise NotMeasurable("git is not installed")
    made = subprocess.run(archive, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 - of our own making
    if made.returncode:
        message = f"the history has no commit {BEFORE}"
        raise NotMeasurable(message)
    with tarfile.open(fileobj=BytesIO(made.stdout)) as packed:
        packed.extractall(folder, filter="data")


ROW = Row(
    name="lint_catalog",
    summary="one profile in a new process, with the catalogue now and when it had twelve steps",
    open_sides=open_sides,
    lines=(
        Line(
            "lint, one profile, with the catalogue of today",
            "the package when the catalogue had twelve steps",
            "seconds",
            "s",
            reach=Reach(1.05),
        ),
    ),
    pairs=31,
)
