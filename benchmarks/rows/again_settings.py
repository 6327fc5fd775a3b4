"""Measure what it costs to give an app many config keys from a settings class again."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.factories import open_factories
from benchmarks.measuring import NotMeasurable, Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from benchmarks.factories import Factories

__all__ = ["ROW", "Settings"]

KEYS = 700
PROFILE = """\
version: 1
app: {with: {import_name: benchmarks}}
config: [{use: settings, with: {target: "benchmarks.rows.again_settings:Settings"}}]
"""


def _build_settings() -> Any:  # noqa: ANN401 - a class, where pydantic-settings is there
    from pydantic import create_model  # noqa: PLC0415 - only for this row

    try:
        from pydantic_settings import BaseSettings  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    fields: dict[str, Any] = {f"KEY_{number}": (int, number) for number in range(KEYS)}
    return create_model("Settings", __base__=BaseSettings, **fields)


Settings = _build_settings()


@contextmanager
def open_sides() -> Iterator[Factories]:
    """Write the profile, and make its app both ways."""
    from flask import Flask  # noqa: PLC0415 - the other rows have no need of it

    from assembler import create_app  # noqa: PLC0415 - as above

    if Settings is None:
        message = "pydantic-settings is not installed"
        raise NotMeasurable(message)

    def make_by_hand() -> Flask:
        app = Flask("benchmarks")
        app.config.from_mapping(Settings().model_dump())
        return app

    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        profile = Path(name, "settings.yaml")
        profile.write_text(PROFILE, encoding="utf-8")
        with open_factories(lambda: create_app(profile), make_by_hand, apps=20) as factories:
            yield factories


ROW = Row(
    name="again_settings",
    summary=f"create_app again, {KEYS} config keys of a settings class, in process",
    open_sides=open_sides,
    lines=(
        Line(
            f"create_app again, {KEYS} keys through `settings`",
            "from_mapping(Settings().model_dump())",
            "milliseconds",
            "ms",
            reach=Reach(1.15),
        ),
    ),
    pairs=21,
    warm_up_pairs=2,
)
