"""Test that lint has nothing to say about profiles that are right: an error in one is a false one.

A valid profile, a profile of the test apps, one of this project or of its benchmarks is clean of
warnings too, with all rules on. What is right to say in one is silenced there, with its reason.
Of a broken profile lint says what is wrong with it, as planning does, and no more than that.
"""

from __future__ import annotations

import re
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Collector
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target, find_targets
from assembler.policy import find_policy
from assembler.rendering.diagnostics import render_diagnostics
from tests.planning.test_profiles import BROKEN, ENV, PROFILES, find_names

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent.parent

# What lint alone says of a broken profile, and is right to say.
SAID_BY_LINT_ALONE: dict[str, set[str]] = {}
# What planning alone says: an abstract profile may be linted.
SAID_BY_PLANNING_ALONE = {"abstract_profile": {"abstract-profile"}}
NAME = re.compile(r"^(?! ).*\[([\w-]+)\]$", re.MULTILINE)

# Where the command is given, and what is linted there.
CORPORA = [
    (ROOT / "tests" / "profiles", "valid"),
    (ROOT / "tests" / "apps", "profiles"),
    (ROOT, "profiles"),
    (ROOT, "benchmarks/profiles"),
]


@pytest.mark.parametrize("env", [None, {}], ids=["without-env", "with-an-empty-env"])
@pytest.mark.parametrize(("folder", "path"), CORPORA, ids=[path for _, path in CORPORA])
def test_lint_is_silent_about_what_is_right(
    folder: Path, path: str, env: dict[str, str] | None
) -> None:
    """Neither an error nor a warning; a variable that the environment lacks is no fault of it."""
    found = Collector()
    ignored = [] if env is None else ["unset-variable", "required-variable"]
    with chdir(folder):
        linter = Linter(find_policy({}, folder), build_selection([], ignored), env)
        targets = find_targets([path], found)
        outcome = linter.lint(targets)
        said = render_diagnostics([*found.found, *outcome.diagnostics])
    assert said == ""
    assert outcome.profiles == len(targets) > 3


@pytest.fixture(scope="module")
def linter() -> Iterator[Linter]:
    """Return one for all broken profiles, each linted alone: it remembers the modules it read."""
    with chdir(BROKEN), pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PROFILES))  # where the modules are that they name
        yield Linter(find_policy({}, BROKEN), build_selection([], []), ENV)


@pytest.mark.parametrize("name", find_names(BROKEN))
def test_lint_says_of_a_broken_profile_what_planning_says(name: str, linter: Linter) -> None:
    """Each mistake at the same place in the same words, and none that is not there."""
    said = set(find_lines(render_diagnostics(linter.lint([Target(f"{name}.yaml")]).diagnostics)))
    planned = set(find_lines((BROKEN / f"{name}.expected").read_text("utf-8")))

    assert find_rules(said - planned) == SAID_BY_LINT_ALONE.get(name, set())
    assert find_rules(planned - said) == SAID_BY_PLANNING_ALONE.get(name, set())


def find_lines(text: str) -> list[str]:
    """Return the lines of what is rendered that say a mistake, without its notes and hints."""
    return [match[0] for match in NAME.finditer(text)]


def find_rules(lines: set[str]) -> set[str]:
    """Return the names of the rules that ``lines`` are of."""
    return {match[1] for line in lines for match in NAME.finditer(line)}
