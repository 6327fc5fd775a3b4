"""Test when an app lacks its import name: where Flask makes it, and nothing says the name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import POLICY, lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "import-name-missing"
NO_PACKAGE = "[tool.assembler]\n"
SHOP = """\
from flask import Flask

class Shop(Flask):
    pass

def create():
    return Flask("shop")

class Loose:
    def __call__(self):
        return Flask("shop")

made = Loose()
"""


def lint(folder: Path, text: str, policy: str = NO_PACKAGE) -> list[str]:
    """Lint a profile beside a module with a Flask of its own."""
    files = {"pyproject.toml": policy, "shop.py": SHOP, "web.yaml": f"version: 1\n{text}\n"}
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "1:1"),
        ("app: {with: {instance_relative_config: true}}", "2:6"),
        ("app: {use: 'flask:Flask'}", "2:12"),
        ("app: {use: 'shop:Shop'}", "2:12"),
    ],
)
def test_a_flask_without_a_name_is_reported(tmp_path: Path, text: str, place: str) -> None:
    """The default one, one that is named, and a subclass."""
    (said,) = lint(tmp_path, text)
    assert said.startswith(f"web.yaml:{place} the app has no import_name")


@pytest.mark.parametrize(
    "text",
    [
        "app: {with: {import_name: shop}}",
        "app: {with: {import_name: '${PACKAGE}'}}",
        "app: {use: 'shop:create'}",
        "app: {use: 'shop:made'}",
        "app: {use: 'shop:nowhere'}",
        "abstract: true",
    ],
)
def test_what_has_a_name_or_needs_none_is_left_alone(tmp_path: Path, text: str) -> None:
    """A factory names the app itself; a base may leave it to its children."""
    assert lint(tmp_path, text) == []


def test_the_project_s_package_is_the_name(tmp_path: Path) -> None:
    """As `[tool.assembler]` has it."""
    assert lint(tmp_path, "", POLICY) == []
