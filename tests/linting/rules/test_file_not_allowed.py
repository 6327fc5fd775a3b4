"""Test which files are refused by the policy before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "file-not-allowed"
ONLY_KEYS = '[tool.assembler]\npackage = "shop"\nallow_files = ["keys"]\n'
ONLY_SHOP = '[tool.assembler]\npackage = "shop"\nallow = ["shop"]\n'


def lint(folder: Path, policy: str, text: str) -> list[str]:
    """Lint one profile below the project's root."""
    files = {"pyproject.toml": policy, "profiles/web.yaml": f"version: 1\n{text}\n"}
    found = render_found(lint_files(folder, files, RULE))
    return [line.removeprefix("profiles/web.yaml:") for line in found]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [{use: values, with: {A: {$file: ../b}}}]", '2:42 {} "../b"'),
        ("app: {with: {a: {$file: /etc/passwd}}}", '2:25 {} "/etc/passwd"'),
        ("extensions: [{use: 'shop:a', init: {a: [{$file: ../b}]}}]", '2:49 {} "../b"'),
        ("config: [{use: dotenv, with: {path: /etc/shop.env}}]", '2:37 {} "/etc/shop.env"'),
        ("config: [{use: secrets, with: {path: /absent/secrets}}]", '2:38 {} "/absent/secrets"'),
    ],
)
def test_a_file_outside_of_the_folders_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Of `$file` everywhere, and of the sources that leave the root."""
    expected = said.format("the policy does not allow the file")
    assert lint(tmp_path, ONLY_KEYS, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "config: [{use: values, with: {A: {$file: ../keys/b}}}]",
        "config: [{use: secrets, with: {path: ../keys}}]",
        "config: [{use: file, with: {path: ../shop.toml}}]",
        "config: [{use: file, with: {path: /etc/shop.toml, relative_to: instance}}]",
        "config: [{use: values, with: {A: {$file: '${SHOP_KEYS}/b'}}}]",
        "config: [{use: values, when: false, with: {A: {$file: ../b}}}]",
    ],
)
def test_what_is_allowed_or_not_known_is_left_alone(tmp_path: Path, text: str) -> None:
    """Inside of the folders, inside of the root for a source, and what the environment says."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "token").write_text("geheim", "utf-8")
    assert lint(tmp_path, ONLY_KEYS, text) == []


def test_a_step_that_is_skipped_when_it_fails_is_a_warning(tmp_path: Path) -> None:
    """The app boots without it."""
    text = "version: 1\nextensions: [{use: 'shop:a', on_error: skip, with: {a: {$file: /b}}}]\n"
    (found,) = lint_files(tmp_path, {"pyproject.toml": ONLY_KEYS, "web.yaml": text}, RULE)
    assert found.severity == "warning"


def test_links_are_followed_before_asking(tmp_path: Path) -> None:
    """A link inside of a folder leads to what it leads to."""
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "token").symlink_to("/etc/passwd")
    file = "config: [{use: values, with: {A: {$file: ../keys/token}}}]"
    folder = "config: [{use: secrets, with: {path: ../keys}}]"

    assert len(lint(tmp_path, ONLY_KEYS, file)) == 1
    assert len(lint(tmp_path, ONLY_KEYS, folder)) == 1


def test_a_python_file_outside_of_the_root_is_code(tmp_path: Path) -> None:
    """Where only some modules may be named, it would get round that; any other file is data."""
    code = "config: [{use: file, with: {path: /etc/shop.py}}]"
    data = "config: [{use: file, with: {path: /etc/shop.toml}}]"

    assert lint(tmp_path, ONLY_SHOP, code) == [
        '2:35 the policy does not allow the file "/etc/shop.py"'
    ]
    assert lint(tmp_path, ONLY_SHOP, data) == []
    assert lint(tmp_path, '[tool.assembler]\npackage = "shop"\n', code) == []
