"""Test that the project's config files set keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

RULE = "empty-config-file"
PROJECT = '[tool.assembler]\npackage = "shop"\n[tool.shop]\nTITLE = 1\n[tool.lower]\ntitle = 1\n'


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (
            "path: pyproject.toml",
            "Add `table: tool.shop`, which has upper-case keys.",
        ),
        (
            "path: pyproject.toml, table: tool.lower",
            "Write upper-case keys in it, or remove the step.",
        ),
        ("path: lower.env", "Write upper-case keys in it, or remove the step."),
    ],
)
def test_file_that_sets_no_key_is_found(tmp_path: Path, options: str, hint: str) -> None:
    """At its path."""
    text = f"version: 1\nconfig:\n  - use: file\n    with: {{{options}}}\n"
    files = {"web.yaml": text, "pyproject.toml": PROJECT, "lower.env": "title=1\n"}

    (found,) = lint_files(tmp_path, files, RULE)

    assert (str(found.place), found.severity, found.hint) == ("web.yaml:4:18", "warning", hint)


def test_table_with_keys_is_clean(tmp_path: Path) -> None:
    """One is enough."""
    text = "version: 1\nconfig: [{use: file, with: {path: pyproject.toml, table: tool.shop}}]\n"

    assert lint_files(tmp_path, {"web.yaml": text, "pyproject.toml": PROJECT}, RULE) == []


@pytest.mark.parametrize(("name", "text"), [("a.json", "{}"), ("a.toml", ""), ("a.env", "# x\n")])
def test_file_that_holds_nothing_is_left(tmp_path: Path, name: str, text: str) -> None:
    """It may be filled where the app runs; running it says so."""
    profile = f"version: 1\nconfig: [{{use: file, with: {{path: {name}}}}}]\n"

    assert lint_files(tmp_path, {"web.yaml": profile, name: text}, RULE) == []
