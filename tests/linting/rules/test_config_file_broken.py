"""Test which config files are known to be broken before the app runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files
from tests.support.projects import get_diagnostics

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "shop.toml": "[tool.shop]\nA = 1\n",
    "bad.toml": "A = 1\nB 2\n",
    "bad.json": '{"A": 1,}',
    "list.json": "[1]",
    "bad.yaml": "A: 1\nB: [1\n",
    "bad.env": "A=1\nB='2\n",
}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("path: bad.toml", "ASM606"),
        ("path: bad.json", "ASM606"),
        ("path: list.json", "ASM608"),
        ("path: bad.yaml", "ASM606"),
        ("path: bad.env", "ASM606"),
        ("path: shop.toml, table: tool.shp", "ASM606"),
        ("path: shop.toml, table: tool.shop.A", "ASM606"),
    ],
)
def test_broken_file_is_told_of_as_when_it_runs(tmp_path: Path, options: str, code: str) -> None:
    """In the same words, at the same place."""
    text = f"config:\n- use: file\n  with: {{{options}}}\n"
    head = "version: 1\napp: {with: {import_name: project}}\n"
    (found,) = (
        one
        for one in lint_files(tmp_path, {**FILES, "web.yaml": f"{head}{text}"})
        if one.place.path == "web.yaml"
    )
    (run,) = get_diagnostics(tmp_path, text)

    assert (found.code, found.severity) == (code, "error")
    assert (found.message, found.hint, found.place.span) == (run.message, run.hint, run.place.span)


@pytest.mark.parametrize(
    ("step", "severity"),
    [
        ("with: {path: shop.toml, table: tool.shop}", None),
        ("with: {path: bad.toml, optional: true}", None),
        ("with: {path: '${FILE}'}", None),
        ("with: {path: bad.toml}, when: false", None),
        ("with: {path: bad.toml}, when: {installed: flask}, on_error: skip", "warning"),
    ],
)
def test_file_that_is_right_or_may_not_be_read_is_left_alone(
    tmp_path: Path, step: str, severity: str | None
) -> None:
    """Only what is certain is an error."""
    text = f"version: 1\nconfig:\n- {{use: file, {step}}}\n"
    found = lint_files(tmp_path, {**FILES, "web.yaml": text}, "config-file-broken")
    own = [one for one in found if one.place.path == "web.yaml"]
    assert [one.severity for one in own] == ([severity] if severity else [])
