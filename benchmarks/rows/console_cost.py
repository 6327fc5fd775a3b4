"""Measure what the step `console` costs: a boot, and requests that it does not answer."""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ROW"]

APPS = 20
REQUESTS = 5_000
PROFILE = """\
version: 1
app: {with: {import_name: benchmarks}}
extensions:
  - proxy_fix
"""
CONSOLE = "  - {use: console, with: {token: of-the-benchmark-1234}}\n"


@dataclass(frozen=True, slots=True)
class _Apps:
    with_console: Path
    without: Path

    def measure_here(self) -> Mapping[str, float]:
        return _measure(self.with_console)

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self.without)


def _measure(profile: Path) -> Mapping[str, float]:
    from werkzeug.test import EnvironBuilder, run_wsgi_app  # noqa: PLC0415 - only for this row

    from assembler import create_app  # noqa: PLC0415 - as above

    times = []
    for _ in range(APPS):
        started = time.process_time()
        app = create_app(profile)
        times.append((time.process_time() - started) * 1000)
    environ = EnvironBuilder("/static/none").get_environ()
    started = time.process_time()
    for _ in range(REQUESTS):
        run_wsgi_app(app.wsgi_app, dict(environ))
    return {"ms": median(times), "rate": REQUESTS / (time.process_time() - started)}


@contextmanager
def open_sides() -> Iterator[_Apps]:
    """Write the profile with the step, and without it."""
    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        apps = _Apps(Path(name, "console.yaml"), Path(name, "bare.yaml"))
        apps.with_console.write_text(PROFILE + CONSOLE, "utf-8")
        apps.without.write_text(PROFILE, "utf-8")
        yield apps


ROW = Row(
    name="console_cost",
    summary="create_app with a console, and requests beside it, in process",
    open_sides=open_sides,
    lines=(
        Line(
            "the console at boot",
            "the same app without it",
            "ms",
            "ms",
            how=How.HERE_LESS_THERE,
            reach=Reach(10),
        ),
        Line(
            "requests a second beside the console, in process",
            "the same app without it",
            "rate",
            "/s",
            reach=Reach(0.99, at_least=True),
        ),
    ),
    pairs=11,
)
