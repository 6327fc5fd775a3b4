"""Test that lint has nothing to say about profiles that are right: an error in one is a false one.

A valid profile, a profile of the test apps, one of this project or of its benchmarks is clean of
warnings too, with all rules on. What is right to say in one is silenced there, with its reason.
"""

from __future__ import annotations

from contextlib import chdir
from pathlib import Path

import pytest

from assembler.diagnostics import Collector
from assembler.linting.engine import Linter
from assembler.linting.selection import build_selection
from assembler.linting.targets import find_targets
from assembler.policy import find_policy
from assembler.render import render_diagnostics

ROOT = Path(__file__).parent.parent

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
