"""Measure how the time to build a plan grows with its steps."""

from __future__ import annotations

import gc
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Collector
from assembler.language.composition import compose_profile
from assembler.language.profile_typing import validate_profile
from assembler.planning.plan import build_plan
from benchmarks.measuring import Row
from benchmarks.quotients import Line, Reach

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.language.profile import Profile

__all__ = ["ROW"]

MANY, FEW = 10_000, 1_000
REPEATS = 3  # of which the fastest counts: what interrupts a run is not the plan's
HEAD = """\
version: 1
app:
  with: {import_name: shop}
patches: [gevent]
extensions:
"""
# Of each ten steps: constraints to both sides, conditions of both kinds, options, and plain ones.
TEN_STEPS = """\
- {{use: a.b:c, name: s{0}0}}
- {{use: a.b:c, name: s{0}1, after: [s{0}0], before: [s{0}9]}}
- {{use: a.b:c, name: s{0}2, when: false}}
- {{use: a.b:c, name: s{0}3, when: {{debug: false}}}}
- {{use: a.b:c, name: s{0}4, with: {{x: 1}}}}
- {{use: a.b:c, name: s{0}5, when: {{$config: X}}}}
- {{use: a.b:c, name: s{0}6}}
- {{use: a.b:c, name: s{0}7, after: [s{0}0, s{0}1]}}
- {{use: a.b:c, name: s{0}8}}
- {{use: a.b:c, name: s{0}9}}
"""


@dataclass(frozen=True, slots=True)
class _Plans:
    many: Profile
    few: Profile

    def measure_here(self) -> Mapping[str, float]:
        return _measure(self.many)

    def measure_there(self) -> Mapping[str, float]:
        return _measure(self.few)


def _measure(profile: Profile) -> Mapping[str, float]:
    return {"milliseconds": min(_time_build(profile) for _ in range(REPEATS)) * 1000}


def _time_build(profile: Profile) -> float:
    gc.collect()
    found = Collector()
    started = time.process_time()
    plan = build_plan(profile, {}, found)
    seconds = time.process_time() - started
    if found.found or len(plan.extensions) != len(profile.extensions):
        message = f"the plan is not as it should be: {found.found[:3]}"
        raise RuntimeError(message)
    return seconds


def _load(folder: Path, steps: int) -> Profile:
    file = folder / f"steps{steps}.yaml"
    text = "".join(TEN_STEPS.format(number) for number in range(steps // 10))
    file.write_text(HEAD + text, encoding="utf-8")
    found = Collector()
    composed = compose_profile(file, found, path=str(file))
    profile = None if composed is None else validate_profile(composed, {}, found)
    if profile is None or found.found or len(profile.extensions) != steps:
        message = f"the profile of {steps} steps is not as it should be: {found.found[:3]}"
        raise RuntimeError(message)
    return profile


@contextmanager
def open_sides() -> Iterator[_Plans]:
    """Write both profiles, and read them: text to types is not what is measured."""
    with tempfile.TemporaryDirectory(prefix="assembler-bench-") as name:
        folder = Path(name)
        yield _Plans(_load(folder, MANY), _load(folder, FEW))


ROW = Row(
    name="plan",
    summary="build_plan of a typed profile, in process: 10,000 steps, and 1,000 of the same kinds",
    open_sides=open_sides,
    lines=(Line("build_plan, 10,000 steps", "1,000 steps", "milliseconds", "ms", reach=Reach(12)),),
    pairs=21,
    warm_up_pairs=3,
)
