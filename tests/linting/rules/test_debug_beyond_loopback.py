"""Test that debug on an address of others is found, with what turned it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "debug-beyond-loopback"


def test_a_child_that_turns_debug_on_is_named_at_the_bases_address(tmp_path: Path) -> None:
    """Both places explain it."""
    files = {
        "base.yaml": "version: 1\nabstract: true\nserver: {bind: 0.0.0.0:80}\n",
        "web.yaml": "version: 1\nextends: base.yaml\n",
        "debug.yaml": "version: 1\nextends: base.yaml\ndebug: true\n",
    }
    (found,) = lint_files(tmp_path, files, RULE)
    assert str(found.place) == "base.yaml:3:16"
    assert [(str(one.place), one.message) for one in found.related] == [
        ("debug.yaml:3:8", "debug is set here"),
        ("debug.yaml:1:1", "reported for this profile"),
    ]


@pytest.mark.parametrize("debug", ["false", "${FLASK_DEBUG:-false}", "${FLASK_DEBUG}"])
def test_without_debug_every_address_is_fine(tmp_path: Path, debug: str) -> None:
    """What the environment may turn on is checked when it does."""
    text = f"version: 1\ndebug: {debug}\nserver: {{bind: 0.0.0.0:80}}\n"
    assert lint_profile(tmp_path, text, RULE) == []


def test_the_environment_may_turn_it_on(tmp_path: Path) -> None:
    """As FLASK_DEBUG does where the profile does not say it."""
    files = {"web.yaml": "version: 1\nserver: {bind: 0.0.0.0:80}\n"}
    (found,) = lint_files(tmp_path, files, RULE, env={"FLASK_DEBUG": "1"})
    assert found.related == ()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("config: [{use: values, with: {DEBUG: true}}]", 1),
        ("config: [{use: values, with: {DEBUG: true}}, env]", 0),
        ("config: [{use: values, with: {DEBUG: false}}]", 0),
        ("config: [{use: values, with: {DEBUG: '${SHOP_DEBUG:-true}'}}]", 0),
    ],
)
def test_debug_that_a_source_sets_counts_where_it_is_certain(
    tmp_path: Path, text: str, found: int
) -> None:
    """The server is asked again once the app is made, and refuses."""
    profile = f"version: 1\n{text}\nserver: {{bind: 0.0.0.0:80}}\n"
    assert len(lint_files(tmp_path, {"web.yaml": profile}, RULE)) == found
