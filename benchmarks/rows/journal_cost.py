"""Measure what the step `journal` costs a boot: a row, and what the boot was made of, in SQLite."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import How, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ROW"]

APPS = 20
PROFILE = """\
version: 1
app: {{with: {{import_name: benchmarks}}}}
config: [{{use: values, with: {{SQLALCHEMY_DATABASE_URI: 'sqlite:///{folder}/boots.db'}}}}]
extensions:
  - proxy_fix
  - database
"""
JOURNAL = "  - {{use: journal, with: {{routes: false, record: {record}}}}}\n"


@dataclass(frozen=True, slots=True)
class _Apps:
    with_journal: Path
    without: Path

    def measure_here(self) -> Mapping[str, float]:
        return _measure(self.with_journal)

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self.without)


def _measure(profile: Path) -> Mapping[str, float]:
    from assembler import create_app  # noqa: PLC0415 - the other rows have no need of it

    waited, worked = [], []
    for _ in range(APPS):
        started = time.perf_counter(), time.process_time()
        app = create_app(profile)
        waited.append((time.perf_counter() - started[0]) * 1000)  # with the disk and other work
        worked.append((time.process_time() - started[1]) * 1000)
        report = app.extensions["assembler"]
        assert not report.find_degraded(), report.find_degraded()  # each boot is in the journal
        report.close()
    return {"ms": median(waited), "work_ms": median(worked)}


@contextmanager
def open_sides() -> Iterator[_Apps]:
    """Write the profile with the step, and without it, and make the tables."""
    from assembler import create_app  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        bare = PROFILE.format(folder=name)
        apps = _Apps(Path(name, "journal.yaml"), Path(name, "bare.yaml"))
        apps.without.write_text(bare, "utf-8")
        apps.with_journal.write_text(f"{bare}{JOURNAL.format(record='false')}", "utf-8")
        app = create_app(apps.with_journal)
        with app.app_context():
            app.extensions["sqlalchemy"].create_all()
        apps.with_journal.write_text(f"{bare}{JOURNAL.format(record='true')}", "utf-8")
        yield apps


ROW = Row(
    name="journal_cost",
    summary="create_app with a journal in SQLite, in process",
    open_sides=open_sides,
    lines=(
        Line(
            "the journal at boot",
            "the same app without it",
            "ms",
            "ms",
            how=How.HERE_LESS_THERE,
        ),
        Line(
            "the same, processor time",
            "the same app without it",
            "work_ms",
            "ms",
            how=How.HERE_LESS_THERE,
        ),
    ),
    pairs=11,
)
