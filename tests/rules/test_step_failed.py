"""Test what is known beforehand of steps that fail: a second database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = """\
version: 1
extensions:
  - use: database{first}
  - use: database
    name: reports{second}
"""


def lint(folder: Path, first: str = "", second: str = "") -> list[str]:
    """Lint a profile with two databases, each with its own further keys."""
    return lint_profile(folder, PROFILE.format(first=first, second=second), "step-failed")


def test_a_second_database_is_refused(tmp_path: Path) -> None:
    """Flask-SQLAlchemy takes one instance for an app."""
    assert lint(tmp_path) == ["4:10 the app has a database already"]


@pytest.mark.parametrize("when", ["false", "{$config: REPORTS}", "${REPORTS}"])
def test_one_that_may_not_run_is_left_alone(tmp_path: Path, when: str) -> None:
    """Either of two may be the one that runs."""
    assert lint(tmp_path, second=f"\n    when: {when}") == []
    assert lint(tmp_path, first=f"\n    when: {when}") == []


def test_two_of_one_name_are_left_to_the_rule_about_names(tmp_path: Path) -> None:
    """One mistake is said once."""
    text = "version: 1\nextensions: [database, database]\n"
    assert lint_profile(tmp_path, text, "step-failed") == []
