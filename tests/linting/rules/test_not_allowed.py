"""Test which references a policy refuses before anything is imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "not-allowed"
POLICY = '[tool.assembler]\npackage = "shop"\nallow = ["shop"]\n'
SHOP = """\
from subprocess import run
from json import JSONEncoder

import os as system


def start(app):
    pass


class Encoder(JSONEncoder):
    pass


OPEN = run
encoder = JSONEncoder()
own = Encoder()
TITLE = "Shop"
"""


def lint(folder: Path, text: str, policy: str = POLICY) -> list[str]:
    """Lint a profile beside a module `shop`."""
    files = {"pyproject.toml": policy, "shop.py": SHOP, "web.yaml": f"version: 1\n{text}\n"}
    found = render_found(lint_files(folder, files, RULE))
    return [line.removeprefix("web.yaml:") for line in found]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("extensions: ['subprocess:run']", "2:14"),
        ("app: {use: 'os:system'}", "2:12"),
        ("app: {use: 'flask:Flask'}", "2:12"),
        ("config: [{use: object, with: {target: os.path}}]", "2:39"),
        ("config: [{use: 'os:environb'}]", "2:16"),
        ("config: [{use: argument, with: {default: 'os:environ'}}]", "2:42"),
        ("extensions: [{use: imports, with: {modules: [shop, os]}}]", "2:52"),
        ("extensions: [{use: 'shop:start', with: {a: {$import: 'os:sep'}}}]", "2:54"),
        ("extensions: [{use: 'shop:start', init: {a: [{$call: 'os:getcwd'}]}}]", "2:53"),
        ("extensions: [{use: 'shop:start', as: error_handler, with: {for: 'os:error'}}]", "2:65"),
        ("extensions: [{use: 'shopping:start'}]", "2:20"),
        ("server: {with: {logger_class: {$import: 'logging:Logger'}}}", "2:41"),
    ],
)
def test_a_module_that_is_not_listed_is_refused_wherever_it_is_named(
    tmp_path: Path, text: str, place: str
) -> None:
    """The place is that of the reference."""
    (found,) = lint(tmp_path, text)
    assert found.startswith(f"{place} the policy does not allow the module ")


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("shop:run", "subprocess"),
        ("shop:OPEN", "subprocess"),
        ("shop:system", "os"),
        ("shop:encoder", "json.encoder"),
        ("shop:system.getcwd", os.getcwd.__module__),
    ],
)
def test_a_re_export_does_not_get_round_the_list(tmp_path: Path, text: str, module: str) -> None:
    """The module that defines the object is asked about as well, in the words of the run."""
    assert lint(tmp_path, f"extensions: [{{use: '{text}', as: function}}]") == [
        f'2:20 the policy does not allow the module "{module}", which "{text}" leads to'
    ]


@pytest.mark.parametrize(
    "text",
    [
        "extensions: ['shop:start', proxy_fix]",
        "extensions: [{use: 'shop:start', with: {a: {$import: 'shop:TITLE'}}}]",
        "extensions: [{use: 'shop:start', with: {a: {$import: 'shop:own'}}}]",
        "extensions: [{use: 'shop.absent:start'}, {use: 'shop:absent'}]",
        "extensions: [{use: 'os:getcwd', when: false}]",
        "extensions: [{use: 'other.yaml', as: mount, with: {path: /other}}]",
        "config: [{use: argument, with: {choose: 'shop:CONFIGS', default: development}}]",
    ],
)
def test_what_is_listed_or_not_there_is_left_alone(tmp_path: Path, text: str) -> None:
    """Plain data is no code, and the app's default is assembler's own to name."""
    assert lint(tmp_path, text) == []


def test_a_step_that_is_skipped_when_it_fails_is_a_warning(tmp_path: Path) -> None:
    """The app boots without it."""
    text = "version: 1\nextensions: [{use: 'os:getcwd', as: function, on_error: skip}]\n"
    (found,) = lint_files(tmp_path, {"pyproject.toml": POLICY, "web.yaml": text}, RULE)
    assert found.severity == "warning"


def test_without_a_list_everything_is_allowed(tmp_path: Path) -> None:
    """The default."""
    policy = '[tool.assembler]\npackage = "shop"\n'
    assert lint(tmp_path, "extensions: ['subprocess:run']", policy) == []
