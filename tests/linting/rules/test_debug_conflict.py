"""Test that a literal DEBUG against the profile's own `debug` is seen without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "debug-conflict"


def build(debug: str, step: str) -> str:
    """Return a profile with this `debug` line and one config source."""
    return f"version: 1\n{debug}config: [{{{step}}}]\n"


@pytest.mark.parametrize(
    ("debug", "value", "said"),
    [
        ("false", "true", "DEBUG to True, but the profile's debug is False"),
        ("true", "false", "DEBUG to False, but the profile's debug is True"),
        ("false", "'no'", "DEBUG to 'no', but the profile's debug is False"),
        ("on", "0", "DEBUG to 0, but the profile's debug is True"),
    ],
)
def test_another_debug_is_found(tmp_path: Path, debug: str, value: str, said: str) -> None:
    """In the words of a run, at the key."""
    text = build(f"debug: {debug}\n", f"use: values, with: {{DEBUG: {value}}}")
    assert lint_profile(tmp_path, text, RULE) == [f"3:31 config source 'values' sets {said}"]


@pytest.mark.parametrize(
    ("debug", "step"),
    [
        ("", "use: values, with: {DEBUG: true}"),
        ("debug: true\n", "use: values, with: {DEBUG: true}"),
        ("debug: ${SHOP_DEBUG:-false}\n", "use: values, with: {DEBUG: true}"),
        ("debug: false\n", "use: values, with: {DEBUG: '${SHOP_DEBUG:-true}'}"),
        ("debug: false\n", "use: values, with: {DEBUG: '${SHOP_DEBUG}'}"),
        ("debug: false\n", "use: values, with: {DEBUG: {$import: 'shop:DEBUG'}}"),
        ("debug: false\n", "use: values, when: {debug: true}, with: {DEBUG: true}"),
        ("debug: false\n", "use: values, when: '${SHOP_MORE:-yes}', with: {DEBUG: true}"),
        ("debug: false\n", "use: 'shop:load', with: {DEBUG: true}"),
    ],
)
def test_what_may_agree_when_it_is_run_is_left_alone(tmp_path: Path, debug: str, step: str) -> None:
    """Where the environment, a condition or code has a say."""
    assert lint_profile(tmp_path, build(debug, step), RULE) == []


def test_with_the_environment_its_values_are_certain(tmp_path: Path) -> None:
    """As `--env` says."""
    text = build("debug: '${SHOP_DEBUG:-false}'\n", "use: values, with: {DEBUG: true}")
    assert len(lint_files(tmp_path, {"web.yaml": text}, RULE, env={})) == 1
    assert lint_files(tmp_path, {"web.yaml": text}, RULE, env={"SHOP_DEBUG": "1"}) == []
