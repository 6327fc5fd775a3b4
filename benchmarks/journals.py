"""Make a long journal of boots and a short one, and measure a page of the console for each."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

__all__ = ["Journals", "build_row", "open_journals"]

LONG, SHORT = 100_000, 1_000
REQUESTS = 20
TOKEN = "of-the-benchmark-1234"  # noqa: S105 - of the benchmark
STARTED = datetime(2026, 1, 1, tzinfo=UTC)
PROFILE = """\
version: 1
app: {{with: {{import_name: benchmarks}}}}
config: [{{use: values, with: {{SQLALCHEMY_DATABASE_URI: '{url}'}}}}]
extensions:
  - database
  - {{use: journal, with: {{record: false, routes: false}}}}
  - {{use: console, with: {{token: {token}}}}}
"""
LINES = (
    Line(
        f"a page of a journal of {LONG:,} boots, median",
        f"{SHORT:,} boots",
        "ms",
        "ms",
        how=How.HERE,
        reach=Reach(50),
    ),
    Line("the same", f"{SHORT:,} boots", "ms", "ms", reach=Reach(1.1)),
)


@dataclass(frozen=True, slots=True)
class Journals:
    """A client of an app with each."""

    long: FlaskClient
    short: FlaskClient

    def measure_here(self) -> Mapping[str, float]:
        """Measure a page for the long one."""
        return {"ms": _measure(self.long)}

    def measure_there(self) -> Mapping[str, float]:
        """Measure a page for the short one."""
        return {"ms": _measure(self.short)}


def build_row(
    name: str, database: str, open_sides: Callable[[], AbstractContextManager[Journals]]
) -> Row:
    """Return the row of both journals in one kind of database."""
    summary = f"a page of the console with {LONG:,} boots in {database}, in process"
    return Row(name, summary, open_sides, LINES, pairs=11)


def _measure(client: FlaskClient) -> float:
    times = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        answer = client.get("/_assembler/boots", headers={"Authorization": f"Bearer {TOKEN}"})
        times.append((time.perf_counter() - started) * 1000)
        assert answer.status_code == HTTPStatus.OK
    return median(times)


def open_journals(folder: Path, long_url: str, short_url: str) -> Journals:
    """Make both in their databases, which are empty; the profiles go into ``folder``."""
    return Journals(_open(folder, long_url, LONG), _open(folder, short_url, SHORT))


def _open(folder: Path, url: str, boots: int) -> FlaskClient:
    from assembler import create_app  # noqa: PLC0415 - the other rows have no need of it

    profile = folder / f"boots{boots}.yaml"
    profile.write_text(PROFILE.format(url=url, token=TOKEN), "utf-8")
    app = create_app(profile)
    _fill(app, boots)
    return app.test_client()


def _fill(app: Flask, boots: int) -> None:
    db = app.extensions["sqlalchemy"]
    report = {"steps": [{"kind": "extension", "name": f"step {n}"} for n in range(30)]}
    rows = [
        {
            "id": f"{number:036}",
            "profile": f"web{number % 7}",
            "role": "web",
            "digest": f"sha256:{number // 50:064}",
            "started_at": STARTED + timedelta(minutes=number),
            "duration_ms": 500.0 + number % 100,
            "outcome": "done",
            "kind": "boot",
            "generation": 1,
            "host": f"web-{number % 9}",
            "pid": number % 30_000,
            "versions": {"flask": "3.1.3", "gunicorn": "27.0.1"},
            "report": report,
        }
        for number in range(boots)
    ]
    with app.app_context():
        db.create_all()
        with db.engine.begin() as connection:
            connection.execute(db.metadata.tables["assembler_boots"].insert(), rows)
