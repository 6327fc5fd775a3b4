"""Measure what each step costs: many that do nothing, against a loop over the same callables."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.factories import open_factories
from benchmarks.measuring import Row
from benchmarks.quotients import How, Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from benchmarks.factories import Factories

__all__ = ["ROW", "do_nothing"]

STEPS = 200
PROFILE = """\
version: 1
app: {with: {import_name: benchmarks}}
extensions:
"""
STEP = '  - {{use: "benchmarks.rows.again_steps:do_nothing", name: step{}}}\n'


def do_nothing(app: Flask) -> None:
    """Take the app, and leave it as it is."""


@contextmanager
def open_sides() -> Iterator[Factories]:
    """Write the profile, and make its app both ways."""
    from flask import Flask  # noqa: PLC0415 - the other rows have no need of it

    from assembler import create_app  # noqa: PLC0415 - as above

    def make_by_hand() -> Flask:
        app = Flask("benchmarks")
        for call in (do_nothing,) * STEPS:
            call(app)
        return app

    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        profile = Path(name, "steps.yaml")
        profile.write_text(PROFILE + "".join(map(STEP.format, range(STEPS))), encoding="utf-8")
        with open_factories(lambda: create_app(profile), make_by_hand, apps=50) as factories:
            yield factories


ROW = Row(
    name="again_steps",
    summary=f"create_app again, {STEPS} steps that do nothing, in process",
    open_sides=open_sides,
    lines=(
        Line(
            f"create_app again, {STEPS} steps that do nothing",
            "a loop over the same callables",
            "milliseconds",
            "ms",
            How.HERE_LESS_THERE,
            reach=Reach(2),
        ),
    ),
    pairs=21,
    warm_up_pairs=2,
)
