"""Test that `assembler rules` prints what a code means, by number, family and name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.codes import CODES
from assembler.linting.pages import get_page
from tests.support.commands import run_commands

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.commands import Outcome


def run(folder: Path, *args: str) -> Outcome:
    """Run `rules` with these arguments."""
    return run_commands([["rules", *args]], folder)[0]


@pytest.mark.parametrize("rule", ["ASM107", "asm107", "duplicate-key", "Duplicate-Key"])
def test_with_a_code_or_a_name_it_prints_the_page(tmp_path: Path, rule: str) -> None:
    """The page's Markdown, as it is."""
    code = next(code for code in CODES if code.number == "ASM107")

    assert run(tmp_path, rule) == (0, get_page(code).text, "")


def test_without_one_it_prints_a_line_for_each(tmp_path: Path) -> None:
    """Its severity, whether it is on, whether lint finds it, and what it is about."""
    status, stdout, _ = run(tmp_path)

    header, *lines = stdout.splitlines()
    assert status == 0
    assert header.split() == ["code", "name", "severity", "default", "lint", "fix", "summary"]
    assert [line.split()[0] for line in lines] == [code.number for code in CODES]
    assert "ASM107  duplicate-key " in stdout
    cells = {line.split()[1]: line.split()[2:5] for line in lines}
    assert cells["yaml-syntax"] == ["error", "always", "yes"]
    assert cells["unset-variable"] == ["error", "on", "--env"]
    assert cells["boolean-word"] == ["warning", "on", "yes"]
    assert cells["not-at-head"] == ["error", "on", "no"]
    assert cells["not-checked"] == ["info", "on", "--deep"]


@pytest.mark.parametrize("family", ["ASM1", "asm1xx"])
def test_with_a_family_it_prints_its_rules(tmp_path: Path, family: str) -> None:
    """And no others."""
    _, *lines = run(tmp_path, family).stdout.splitlines()

    numbers = [line.split()[0] for line in lines]
    assert numbers == [code.number for code in CODES if code.number.startswith("ASM1")]


def test_it_prints_json_as_well(tmp_path: Path) -> None:
    """A list of objects, with the page where one rule was asked for."""
    (first, *_), (only,) = (
        json.loads(run(tmp_path, *args, "--output-format", "json").stdout)
        for args in (["ASM1"], ["tab"])
    )

    assert first["code"] == CODES[0].number
    assert "page" not in first
    assert (only["name"], only["default"]) == ("tab", "on")
    assert only["page"].startswith(f"# tab (ASM108)\n\n{only['summary']}\n")


def test_an_unknown_rule_is_wrong_usage_with_a_guess(tmp_path: Path) -> None:
    """Of a name or of a number."""
    status, stdout, stderr = run(tmp_path, "duplicat-key")

    assert (status, stdout) == (2, "")
    assert "unknown rule 'duplicat-key'. Did you mean 'duplicate-key'?" in stderr
    assert run(tmp_path, "ASM0").status == 2
