"""Measure what it costs to make the app again in a process that has made it before."""

from __future__ import annotations

import gc
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from benchmarks.serving import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask

__all__ = ["ROW"]

APPS = 50  # made one after the other for one value
EXTENSIONS, BLUEPRINTS = 10, 5


class _Factories:
    """Both ways, in this process, which stays unpatched."""

    def __init__(self) -> None:
        import assembler  # noqa: PLC0415 - the other rows have no need of Flask
        from benchmarks.shop import factory  # noqa: PLC0415 - as above

        self._profile = PROFILES / "shop_again.yaml"
        self._assemble = assembler.create_app
        self._make_by_hand = factory.create_app

    def measure_here(self) -> Mapping[str, float]:
        return _measure(lambda: self._assemble(self._profile))

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self._make_by_hand)

    def check_same(self) -> None:
        """Make sure that both ways make the same app: routes and hooks."""
        here, there = map(_describe, (self._assemble(self._profile), self._make_by_hand()))
        if here != there:
            message = f"the two apps differ: {here} and {there}"
            raise RuntimeError(message)


def _measure(make: Callable[[], Flask]) -> Mapping[str, float]:
    gc.collect()
    started = time.process_time()
    for _ in range(APPS):
        make()
    return {"milliseconds": (time.process_time() - started) * 1000 / APPS}


def _describe(app: Flask) -> tuple[list[str], list[int], list[str], str]:
    return (
        sorted(str(rule) for rule in app.url_map.iter_rules()),
        [len(hooks.get(None, [])) for hooks in (app.before_request_funcs, app.after_request_funcs)],
        sorted(app.cli.commands),
        type(app.wsgi_app).__name__,
    )


@contextmanager
def open_sides() -> Iterator[_Factories]:
    """Make both once, and compare them."""
    if "gevent" in sys.modules:
        raise RuntimeError("this process has gevent in it, which it should not")
    factories = _Factories()
    factories.check_same()
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
