"""Measure the start of an app of twenty catalogue steps."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.rows.start import Starts
from benchmarks.serving import open_servers

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ROW"]


@contextmanager
def open_sides() -> Iterator[Starts]:
    """Nothing is running between the measurements."""
    with open_servers() as servers:
        yield Starts(servers, "full", "benchmarks.shop.full_wsgi:app")


ROW = Row(
    name="start_steps",
    summary="from the start of the command to its first answer, 20 catalogue steps, one worker",
    open_sides=open_sides,
    lines=(
        Line(
            "start to first answer, 20 catalogue steps",
            "the same libraries by hand, gunicorn -k gevent",
            "seconds",
            "s",
            reach=Reach(1.05),
        ),
    ),
    pairs=21,
)
