"""Test what is looked up of a step that may not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

FILES = {"shop/__init__.py": "", "shop/mail.py": "def init_app(app):\n    pass\n"}
PROFILE = """\
version: 1
extensions:
  - use: {use}
    with: {options}
    when: {when}
"""
BY_VARIABLE = ["${X}", "${X:-}", "{equals: ['${X:-}', a]}", "{all: ['${X:-}', {installed: flask}]}"]


@pytest.mark.parametrize("when", BY_VARIABLE)
@pytest.mark.parametrize(
    ("use", "options", "name"),
    [
        ("shop.nope", "{}", "module-not-found"),
        ("shop.mail:Mial", "{}", "attribute-not-found"),
        ("shop.mail", "{nope: 1}", "wrong-option"),
        ("shop.mail", "{app: {$import: 'shop:nope'}}", "attribute-not-found"),
    ],
)
def test_what_a_variable_turns_on_is_looked_up(
    tmp_path: Path, when: str, use: str, options: str, name: str
) -> None:
    """As a warning: the app boots without it, where the variable is not set."""
    text = PROFILE.format(use=use, options=options, when=when)
    found = lint_files(tmp_path, {**FILES, "web.yaml": text})
    assert ("warning", name) in [(one.severity, one.name) for one in found]
    assert not [one for one in found if one.severity == "error"]


@pytest.mark.parametrize("when", ["false", "{installed: no_such_module}"])
def test_what_is_off_for_good_is_not_looked_up(tmp_path: Path, when: str) -> None:
    """It may wait for what is not written yet."""
    text = PROFILE.format(use="shop.nope", options="{}", when=when)
    assert lint_files(tmp_path, {**FILES, "web.yaml": text}) == []
