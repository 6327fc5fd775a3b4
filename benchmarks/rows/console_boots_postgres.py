"""Measure a page of the console for a long journal against a short one, in PostgreSQL."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.journals import build_row, open_journals
from tests.support.postgres import serve_postgres, with_driver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.journals import Journals

__all__ = ["ROW"]


@contextmanager
def open_sides() -> Iterator[Journals]:
    """Run a PostgreSQL of our own meanwhile, with a database for each journal."""
    with (
        tempfile.TemporaryDirectory(prefix="assembler-bench-") as folder,
        serve_postgres() as postgres,
        postgres.create_database() as long,
        postgres.create_database() as short,
    ):
        urls = (with_driver(url, "psycopg2") for url in (long, short))
        yield open_journals(Path(folder), *urls)


ROW = build_row("console_boots_postgres", "PostgreSQL", open_sides)
