"""Measure what it costs to make the app again in a process that has made it before."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.factories import open_factories
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.serving import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.factories import Factories

__all__ = ["ROW"]

EXTENSIONS, BLUEPRINTS = 10, 5


@contextmanager
def open_sides() -> Iterator[Factories]:
    """Make the shop both ways."""
    from assembler import create_app  # noqa: PLC0415 - the other rows have no need of Flask
    from benchmarks.shop import factory  # noqa: PLC0415 - as above

    profile = PROFILES / "shop_again.yaml"
    with open_factories(lambda: create_app(profile), factory.create_app, apps=50) as factories:
        yield factories


ROW = Row(
    name="again",
    summary=f"create_app again, {EXTENSIONS} extensions and {BLUEPRINTS} blueprints, in process",
    open_sides=open_sides,
    lines=(
        Line(
            f"create_app again, {EXTENSIONS} extensions, {BLUEPRINTS} blueprints",
            "hand-written factory",
            "milliseconds",
            "ms",
            reach=Reach(1.25),
        ),
    ),
    pairs=21,
    warm_up_pairs=2,
)
