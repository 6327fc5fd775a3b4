"""Measure what it costs to make an app of twenty catalogue steps again."""

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


@contextmanager
def open_sides() -> Iterator[Factories]:
    """Make the app both ways."""
    from assembler import create_app  # noqa: PLC0415 - the other rows have no need of Flask
    from benchmarks.shop import full_factory  # noqa: PLC0415 - as above

    profile = PROFILES / "full_again.yaml"
    with open_factories(
        lambda: create_app(profile), full_factory.create_app, apps=50, has_hooks=True
    ) as factories:
        yield factories


ROW = Row(
    name="again_catalog",
    summary="create_app again, 20 catalogue steps, in process",
    open_sides=open_sides,
    lines=(
        Line(
            "create_app again, 20 catalogue steps",
            "the same libraries by hand",
            "milliseconds",
            "ms",
            reach=Reach(1.10),
        ),
    ),
    pairs=21,
    warm_up_pairs=2,
)
