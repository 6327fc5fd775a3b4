"""Measure what the ledger costs: an app of many extension modules again, looked at or not."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.factories import open_factories
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach
from tests.support.processes import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask

    from assembler.console.recording import BootWatcher
    from benchmarks.factories import Factories

__all__ = ["ROW"]

PROFILE = ROOT / "tests" / "apps" / "profiles" / "depot32.yaml"
APPS = 50


@dataclass(frozen=True, slots=True)
class _Apps:
    factories: Factories

    def measure_here(self) -> Mapping[str, float]:
        # Apart, since collecting what reading leaves behind would be counted as looking.
        return {"looked_at": _measure(_boot), "read": _measure(lambda: _read(*_boot()))}

    def measure_there(self) -> Mapping[str, float]:
        (milliseconds,) = self.factories.measure_there().values()
        return {"looked_at": milliseconds, "read": milliseconds}


def _measure(make: Callable[[], object]) -> float:
    """Return the processor time of one app, in milliseconds."""
    gc.collect()
    started = time.process_time()
    for _ in range(APPS):
        make()
    return (time.process_time() - started) * 1000 / APPS


def _boot() -> tuple[Flask, BootWatcher]:
    """Make the app as a server does whose console shows the ledger."""
    from assembler.assembling.create import apply_plan_patches, assemble  # noqa: PLC0415 - the other rows have no need of Flask
    from assembler.console.recording import build_watcher  # noqa: PLC0415 - as above
    from assembler.planning.loading import load_plan, prepare_path  # noqa: PLC0415 - as above

    loaded = load_plan(PROFILE)
    prepare_path(loaded.policy, PROFILE.parent.parent)
    with build_watcher(loaded.plan) as watcher:
        app = assemble(loaded, apply_plan_patches(loaded), watcher=watcher)
    return app, watcher


def _read(app: Flask, watcher: BootWatcher) -> None:
    watcher.build_ledger(str(PROFILE), app.extensions["assembler"].scrub)


@contextmanager
def open_sides() -> Iterator[_Apps]:
    """Make the depot with the ledger on, and off."""
    from assembler import create_app  # noqa: PLC0415 - as above

    with open_factories(lambda: _boot()[0], lambda: create_app(PROFILE), apps=APPS) as factories:
        yield _Apps(factories)


ROW = Row(
    name="ledger",
    summary="create_app again with the ledger on, 32 extension modules, in process",
    open_sides=open_sides,
    lines=(
        Line(
            "`create_app` again with the ledger on, 32 extension modules",
            "the ledger off",
            "looked_at",
            "ms",
            reach=Reach(2),
        ),
        Line("the same, and the ledger read", "the ledger off", "read", "ms"),
    ),
    pairs=21,
    warm_up_pairs=2,
)
