"""Fuzz the linter for a few seconds, and see that a campaign notices whatever breaks.

The long run is `make fuzz`.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Place, Span
from tests.fuzz.campaign import Job, run_job
from tests.fuzz.dense import build_dense
from tests.fuzz.engines import find_engines
from tests.fuzz.mutation import LIMIT_BYTES, mutate
from tests.fuzz.seeds import load_seeds, write_project
from tests.fuzz.target import LinterTarget
from tests.support.examples import count_examples
from tests.support.places import is_inside, split_lines

if TYPE_CHECKING:
    from pathlib import Path

COUNTS = {"chance": 100, "hypothesis": 15, "atheris": 50}
# It makes all of assembler's code anew, which takes longest.
DEAR = {"atheris": pytest.mark.long}
# Every so many-th profile; `make fuzz` takes each.
STRIDE = 8 // count_examples(1) or 1
SEED = 20261124
DENSE_BYTES = 4 * 1024


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(name, marks=DEAR.get(name, ()))
        for name in sorted(set(find_engines()) & set(COUNTS))
    ],
)
def test_whatever_the_bytes_linting_gives_diagnostics_inside_the_file(engine: str) -> None:
    """No exception, no signal, no endless loop; every output can be read."""
    result = run_job(Job(engine, COUNTS[engine], SEED))

    assert [one.report for one in result.findings] == []
    assert result.tried >= COUNTS[engine]


def test_every_real_profile_passes_the_thorough_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All formats, linted twice, fixed: those that nobody has bent, too."""
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    target = LinterTarget()

    for source in load_seeds()[::STRIDE]:
        target.check(source, is_thorough=True)


def test_nothing_takes_long_however_often_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would take the square of its number is far beyond the limit; `make fuzz` tries more."""
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    target = LinterTarget()

    for source in build_dense(DENSE_BYTES).values():
        target.check(source)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("RaisingTarget", "LookupError"),
        ("CrashingTarget", "exit status -6"),
        ("EndlessTarget", "it does not end"),
        ("MisplacedTarget", "AssertionError"),
    ],
)
def test_a_campaign_notices(name: str, said: str) -> None:
    """Each with an input that breaks it, and where it stood."""
    job = Job("chance", 1, SEED, limit_seconds=1.0, target=f"tests.fuzz.breaking:{name}")

    result = run_job(job)

    assert result.findings
    for found in result.findings:
        assert said in found.report
        assert "breaking.py" in found.report
        assert name == "MisplacedTarget" or b"version" in found.source


def test_a_mutation_is_bounded_and_repeatable() -> None:
    """By its seed; and it is hardly ever what it was made of."""
    seeds = load_seeds()
    first = [mutate(seeds, Random(number)) for number in range(300)]  # noqa: S311 - it chooses texts
    again = [mutate(seeds, Random(number)) for number in range(300)]  # noqa: S311 - see above

    assert first == again
    assert max(map(len, first)) <= LIMIT_BYTES
    assert sum(source in seeds for source in first) < 30


@pytest.mark.parametrize(
    ("span", "is_there"),
    [
        ((1, 1, 1, 3), True),
        ((2, 3, 2, 3), True),
        ((2, 1, 3, 1), True),
        ((2, 4, 2, 4), False),
        ((3, 1, 3, 1), False),
        ((1, 2, 1, 1), False),
        ((0, 1, 1, 1), False),
        ((1, 1, 2, 5), False),
        ((1, 1, 4, 1), False),
    ],
)
def test_a_place_is_inside_or_not(span: tuple[int, int, int, int], is_there: bool) -> None:  # noqa: FBT001 - a parameter
    """From the first character to behind the last; an end may be behind the last line's break."""
    assert is_inside(Place("x", Span(*span)), split_lines(b"ab\ncd")) is is_there
