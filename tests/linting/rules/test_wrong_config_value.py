"""Test that strings in the project's config files are right for the keys that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "wrong-config-value"
FILES = {
    "shop.toml": 'TESTING = "no"\nTITLE = "no"\n[tool.shop]\nMAX_FORM_PARTS = "1"\n',
    "shop.env": "TESTING=no\n",
    "shop.py": 'TESTING = "no"\n',
    "broken.toml": "TESTING = \n",
}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ("path: shop.toml", 'shop.toml:1:1: TESTING: expected true or false, got the string "no"'),
        (
            "path: shop.toml, table: tool.shop",
            'shop.toml:4:1: MAX_FORM_PARTS: expected an integer, got the string "1"',
        ),
    ],
)
def test_string_for_another_type_is_found(tmp_path: Path, options: str, found: str) -> None:
    """At the path, with the key's place in the file."""
    text = f"version: 1\nconfig:\n  - use: file\n    with: {{{options}}}\n"

    assert render_found(lint_files(tmp_path, {"web.yaml": text, **FILES}, RULE)) == [
        f"web.yaml:4:18 {found}"
    ]


@pytest.mark.parametrize(
    "source",
    [
        "{use: file, with: {path: shop.env}}",
        "{use: file, with: {path: shop.py}}",
        "{use: file, with: {path: broken.toml}}",
        "{use: file, with: {path: nothing.toml}}",
        "{use: file, when: false, with: {path: shop.toml}}",
        "{use: file, with: {path: shop.toml, optional: true}}",
        "dotenv",
    ],
)
def test_what_is_typed_or_not_known_is_left(tmp_path: Path, source: str) -> None:
    """Other rules, or running it, say what is wrong with such a file."""
    text = f"version: 1\nconfig: [{source}]\n"

    assert lint_files(tmp_path, {"web.yaml": text, **FILES}, RULE) == []
