"""Test what is known beforehand of steps that fail: a second database, and none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile
from tests.support.projects import get_diagnostics

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


@pytest.mark.parametrize("step", ["health", "journal"])
def test_a_second_of_what_an_app_takes_once_is_refused(tmp_path: Path, step: str) -> None:
    """With whatever prefix: their blueprints have one name. Assembling says the same."""
    steps = f"[database, {step}, {{use: {step}, name: other, with: {{url_prefix: /other}}}}]"
    uri = "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'sqlite://'}}]\n"
    text = f"{uri}extensions: {steps}\n"
    (found,) = get_diagnostics(tmp_path, text)
    assert found.message == f"the app has a step '{step}' already"
    assert lint_profile(tmp_path, f"version: 1\n{text}", "step-failed") == [
        f"3:{steps.index('{use') + 19} {found.message}"
    ]


def test_two_of_one_name_are_left_to_the_rule_about_names(tmp_path: Path) -> None:
    """One mistake is said once."""
    text = "version: 1\nextensions: [database, database]\n"
    assert lint_profile(tmp_path, text, "step-failed") == []


@pytest.mark.parametrize("step", ["migrate", "journal"])
def test_a_step_that_needs_a_database_is_refused_where_nothing_gives_one(
    tmp_path: Path, step: str
) -> None:
    """Nothing but catalogue steps makes the app, and none of them is `database`."""
    text = f"version: 1\nextensions: [proxy_fix, {step}]\n"
    assert lint_profile(tmp_path, text, "step-failed") == [
        f"2:25 '{step}' needs the app's database, and no step before it provides one"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "extensions: [database, migrate]",
        "extensions: [migrate, database]",  # whose order is wrong, which is said
        "extensions: ['shop.models:db', migrate]",
        "extensions: [{use: migrate, with: {db: {$import: 'shop.models:db'}}}]",
        "extensions: [{use: migrate, when: false}]",
        "app: {use: 'shop:create_flask'}\nextensions: [migrate]",
    ],
)
def test_where_there_may_be_a_database_nothing_is_said(tmp_path: Path, text: str) -> None:
    """Code of the project may have given the app one."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", "step-failed") == []
