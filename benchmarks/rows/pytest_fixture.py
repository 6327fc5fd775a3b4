"""Measure what the fixture of the pytest plugin costs beside one that is written by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.serving import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ROW"]

TESTS = 200
ROOT = Path(__file__).resolve().parent.parent.parent
# Of each test: the app is made, asked once, and closed.
TIMED = """\
import time

import pytest

from assembler import create_app


@pytest.fixture
def own_client():
    app = create_app({profile!r})
    yield app.test_client()
    app.extensions["assembler"].close()


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session):
    started = time.process_time()
    result = yield
    print("seconds:", time.process_time() - started)
    return result
"""
ASKED = """\
import pytest


@pytest.mark.parametrize("number", range({tests}))
def test_app({fixture}, number):
    assert {fixture}.get("/items/1").status_code in (200, 404)
"""


@dataclass(frozen=True, slots=True)
class Suites:
    """Two files of the same tests, each with its own fixture."""

    folder: Path

    def measure_here(self) -> Mapping[str, float]:
        """Run those with the fixture of the plugin."""
        return self._measure("assembled_client")

    def measure_there(self) -> Mapping[str, float]:
        """Run those with the one written by hand."""
        return self._measure("own_client")

    def _measure(self, fixture: str) -> Mapping[str, float]:
        (self.folder / "test_app.py").write_text(ASKED.format(tests=TESTS, fixture=fixture))
        command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider"]
        command += ["-p", "assembler.testing.plugin"]
        command += ["--assembler-profile", str(PROFILES / "shop_again.yaml")]
        done = subprocess.run(  # noqa: S603 - this Python
            command,
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        (line,) = (one for one in done.stdout.splitlines() if "seconds: " in one)
        return {"milliseconds": float(line.rpartition(": ")[2]) * 1000 / TESTS}


@contextmanager
def open_sides() -> Iterator[Suites]:
    """Write what both share."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        profile = str(PROFILES / "shop_again.yaml")
        (folder / "conftest.py").write_text(TIMED.format(profile=profile))
        (folder / "pytest.ini").write_text("[pytest]\n")
        yield Suites(folder)


ROW = Row(
    name="pytest_fixture",
    summary=f"{TESTS} tests, each with an app of its own, by the fixture of the pytest plugin",
    open_sides=open_sides,
    lines=(
        Line(
            "a test with `assembled_client`",
            "hand-written fixture",
            "milliseconds",
            "ms",
            reach=Reach(1.10),
        ),
    ),
    pairs=7,
)
