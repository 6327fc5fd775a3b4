"""Measure a page of the console for a long journal against one for a short journal, in SQLite."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.journals import build_row, open_journals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.journals import Journals

__all__ = ["ROW"]


@contextmanager
def open_sides() -> Iterator[Journals]:
    """Make both journals, each in a file."""
    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as folder:
        yield open_journals(
            Path(folder), f"sqlite:///{folder}/long.db", f"sqlite:///{folder}/short.db"
        )


ROW = build_row("console_boots", "SQLite", open_sides)
