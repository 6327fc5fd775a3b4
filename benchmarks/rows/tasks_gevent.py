"""Measure how many short tasks a second a worker does in greenlets."""

from __future__ import annotations

from functools import partial

from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.workers import open_workers

__all__ = ["ROW"]

ROW = Row(
    name="tasks_gevent",
    summary="2,000 short tasks that wait in the queue, one worker, the pool gevent with 100",
    open_sides=partial(open_workers, "gevent", 100),
    lines=(
        Line(
            "2,000 short tasks, tasks a second, gevent 100",
            "Celery by hand, as Flask's documentation has it",
            "rate",
            "/s",
            reach=Reach(0.97, at_least=True),
        ),
    ),
    pairs=11,
)
