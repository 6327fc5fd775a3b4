"""Measure what it costs to make an app of many extension modules again."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from benchmarks.factories import open_factories
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from tests.support.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.factories import Factories

__all__ = ["ROW"]

APPS = ROOT / "tests" / "apps"


@contextmanager
def open_sides() -> Iterator[Factories]:
    """Make the depot both ways."""
    from assembler import create_app  # noqa: PLC0415 - the other rows have no need of Flask

    sys.path.insert(0, str(APPS))
    factory = import_module("depot32.factory")

    profile = APPS / "profiles" / "depot32.yaml"
    try:
        with open_factories(lambda: create_app(profile), factory.create_app, apps=50) as factories:
            yield factories
    finally:
        sys.path.remove(str(APPS))


ROW = Row(
    name="again_modules",
    summary="create_app again, 32 extension modules, in process",
    open_sides=open_sides,
    lines=(
        Line(
            "create_app again, 32 extension modules",
            "hand-written factory",
            "milliseconds",
            "ms",
            reach=Reach(1.10),
        ),
    ),
    pairs=21,
    warm_up_pairs=2,
)
