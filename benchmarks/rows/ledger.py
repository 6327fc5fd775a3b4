"""Measure what the ledger costs: an app of many extension modules again, looked at or not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.factories import open_factories
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from tests.support.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from benchmarks.factories import Factories

__all__ = ["ROW"]

PROFILE = ROOT / "tests" / "apps" / "profiles" / "depot32.yaml"


@contextmanager
def open_sides() -> Iterator[Factories]:
    """Make the depot with the ledger on, and off."""
    from assembler import create_app  # noqa: PLC0415 - the other rows have no need of Flask
    from assembler.ledger.profile_run import record_profile  # noqa: PLC0415 - as above
    from assembler.planning.loading import load_plan, prepare_path  # noqa: PLC0415 - as above

    def record() -> Flask:
        loaded = load_plan(PROFILE)
        prepare_path(loaded.policy, PROFILE.parent.parent)
        return record_profile(loaded)[0]

    record()
    with open_factories(record, lambda: create_app(PROFILE), apps=50) as factories:
        yield factories


ROW = Row(
    name="ledger",
    summary="create_app again with the ledger on, 32 extension modules, in process",
    open_sides=open_sides,
    lines=(
        Line(
            "`create_app` again with the ledger on, 32 extension modules",
            "the ledger off",
            "milliseconds",
            "ms",
            reach=Reach(2),
        ),
    ),
    pairs=21,
    warm_up_pairs=2,
)
