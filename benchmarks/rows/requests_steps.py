"""Measure how many requests a second are answered through four steps around each."""

from __future__ import annotations

from functools import partial

from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.rows.requests import open_rates

__all__ = ["ROW"]

ROW = Row(
    name="requests_steps",
    summary="requests a second through request_id, metrics, cors and security_headers, one worker",
    open_sides=partial(open_rates, "guarded", "benchmarks.shop.guarded_wsgi:app"),
    lines=(
        Line(
            "requests a second, four steps around each",
            "the same libraries by hand, gunicorn -k gevent",
            "rate",
            "/s",
            reach=Reach(0.98, at_least=True),
        ),
    ),
    pairs=31,
)
