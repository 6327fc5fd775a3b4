"""The catalogue step `timezone`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.processes import run_cli

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import os, time
from datetime import datetime
from pathlib import Path
from flask import Flask
from assembler.diagnostics.faults import StepFault
from tests.support.step_context import StepBench, apply_step

def tell():
    print(os.environ.get("TZ"), datetime(2026, 7, 1).astimezone().isoformat())

bench = StepBench(Flask("x"), Path.cwd())
try:
    apply_step(bench, "timezone", {options})
    tell()
    apply_step(bench, "logging", pattern="%(asctime)s")
    bench.app.logger.info("now")
except StepFault as fault:
    print(fault.message, fault.hint, fault.option)
bench.close()
tell()
"""


def run_step(folder: Path, options: str, env: dict[str, str] | None = None) -> tuple[str, str, str]:
    """Carry the step out in a process of its own: what it tells then and after it, and its log."""
    program = PROGRAM.replace("{options}", options)
    done = run_cli(["-W", "error", "-c", program], folder, {"TZ": "America/Lima", **(env or {})})
    inside, outside = done.stdout.splitlines()
    return inside, outside, done.stderr


def test_local_time_is_the_zones(tmp_path: Path) -> None:
    """Of the C library too, whose zone is read at the start only; at the end it is as before."""
    inside, outside, log = run_step(tmp_path, 'name="Asia/Kathmandu"')

    assert inside == "Asia/Kathmandu 2026-07-01T00:00:00+05:45"
    assert outside == "America/Lima 2026-07-01T00:00:00-05:00"
    assert log.strip().endswith("+05:45")


def test_utc_is_the_default_and_needs_nothing(tmp_path: Path) -> None:
    """Not even the machine's list of zones."""
    for options in ("", 'name="utc"'):
        inside, _, _ = run_step(tmp_path, options, {"TZDIR": str(tmp_path)})

        assert inside == "UTC 2026-07-01T00:00:00+00:00"


def test_an_unknown_zone_gets_a_suggestion(tmp_path: Path) -> None:
    """It is said at the option."""
    inside, outside, _ = run_step(tmp_path, 'name="Europe/Osl"')

    assert inside == "unknown time zone \"Europe/Osl\" Did you mean 'Europe/Oslo'? ('name',)"
    assert outside.startswith("America/Lima")


def test_a_zone_that_only_python_knows_is_said(tmp_path: Path) -> None:
    """The C library would take UTC without a word, as where the machine's tzdata is missing."""
    inside, _, _ = run_step(tmp_path, 'name="Europe/Oslo"', {"TZDIR": str(tmp_path)})

    assert inside.startswith('this machine knows no time zone "Europe/Oslo" Install its package')
