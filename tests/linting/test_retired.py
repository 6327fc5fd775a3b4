"""A retired rule stays known: whoever still names it is warned once, and nothing fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.codes import CODES, RETIRED, find_code
from assembler.linting.pages import get_page
from assembler.linting.rules import CHECKED
from tests.support.commands import Outcome, run_commands
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = "version: 1\napp: {with: {import_name: shop}}\n"
WARNING = "the rule 'useless-patch' (ASM421) was dropped in version 0.1.0"


def lint(folder: Path, *args: str, profile: str = PROFILE, policy: str = "") -> Outcome:
    """Run `lint` with these arguments on one profile."""
    write_files(
        folder,
        {"web.yaml": profile, "pyproject.toml": f'[tool.assembler]\npackage = "x"\n{policy}'},
    )
    return run_commands([["lint", "web.yaml", *args]], folder)[0]


def test_retired_codes_are_given_to_nothing_else() -> None:
    """Neither their numbers nor their names; the version that dropped each is named."""
    for one in RETIRED:
        assert find_code(one.number) is None
        assert find_code(one.name) is None
        assert one.version
    assert len({one.number for one in RETIRED}) == len(RETIRED)


@pytest.mark.parametrize("name", ["useless-patch", "ASM421", "asm421"])
def test_retired_rule_on_the_command_line_is_one_warning(tmp_path: Path, name: str) -> None:
    """Of `rules` and of both options of `lint`."""
    rules = run_commands([["rules", name]], tmp_path)[0]
    ignored = lint(tmp_path, "--ignore", name)
    selected = lint(tmp_path, "--select", f"tab,{name}")

    assert rules == (0, "", f"warning: {WARNING}\n")
    for outcome in (ignored, selected):
        assert (outcome.status, outcome.stdout) == (0, "")
        assert outcome.stderr.count(WARNING) == 1


@pytest.mark.parametrize("key", ["select", "ignore"])
def test_retired_rule_in_the_policy_is_one_warning_at_its_place(tmp_path: Path, key: str) -> None:
    """It does not fail the run, and neither that of --diff."""
    policy = f'{key} = ["tab", "useless-patch"]\n'
    found = f"pyproject.toml:3:18: warning[ASM704] {key}: {WARNING} [policy-broken]"

    outcome = lint(tmp_path, policy=policy)
    diff = lint(tmp_path, "--diff", policy=policy)

    assert (outcome.status, outcome.stdout.splitlines()[0]) == (0, found)
    assert outcome.stdout.count(WARNING) == 1
    assert diff.status == 0


@pytest.mark.parametrize(
    ("comment", "fixed", "place"),
    [
        ("  # assembler: ignore[useless-patch] we mean it", "", "1:13"),
        ("  # assembler: ignore[ASM421]", "", "1:13"),
        (
            "  # assembler: ignore[tab, useless-patch] both",
            "  # assembler: ignore[tab] both",
            "1:38",
        ),
    ],
)
def test_retired_rule_in_a_comment_is_a_warning_that_fix_removes(
    tmp_path: Path, comment: str, fixed: str, place: str
) -> None:
    """The name alone, where the comment has others."""
    profile = PROFILE.replace("\n", f"{comment}\n", 1)
    warned = lint(tmp_path, "--ignore", "tab", profile=profile)
    lint(tmp_path, "--fix", "--ignore", "tab", profile=profile)

    assert warned.status == 0
    assert warned.stdout.startswith(f"web.yaml:{place}: warning[ASM125] {WARNING} [unused-ignore]")
    assert (tmp_path / "web.yaml").read_text("utf-8") == PROFILE.replace("\n", f"{fixed}\n", 1)


def test_no_page_and_no_check_is_left_of_a_retired_rule() -> None:
    """Nor does a page that stays send its reader there."""
    text = "".join(get_page(code).text for code in CODES)

    for one in RETIRED:
        assert one.name not in CHECKED
        assert one.name not in text
