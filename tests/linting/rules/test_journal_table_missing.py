"""Test that the journal's table is looked for in the revisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "journal-table-missing"
LACKING = "no revision gives the journal's table `assembler_boots` the"
SNAPSHOTS = "'profile_snapshot', 'effects_snapshot', 'fingerprints'"
MISSING = "no revision makes the table `assembler_boots` of the journal"


def lint(folder: Path, text: str, extensions: str = "database, migrate, journal") -> list[str]:
    """Lint a web profile beside one revision."""
    files = {
        "migrations/env.py": "",
        "migrations/versions/a.py": f"revision = 'a'\ndown_revision = None\n{text}\n",
        "web.yaml": f"version: 1\nextensions: [{extensions}]\n",
    }
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", [f"web.yaml:2:33 {MISSING}"]),
        (
            "op.create_table('assembler_boots')",
            [
                (
                    f"web.yaml:2:33 {LACKING} columns `kind`, `generation`, `profile_snapshot`, "
                    "`effects_snapshot` and `fingerprints`"
                )
            ],
        ),
        (
            f"op.create_table('assembler_boots', 'kind', {SNAPSHOTS})",
            [f"web.yaml:2:33 {LACKING} column `generation`"],
        ),
        (
            f"op.create_table('assembler_boots', 'kind', 'generation', {SNAPSHOTS})",
            ["web.yaml:2:33 no revision makes the table `assembler_snapshots` of the journal"],
        ),
        (
            (
                f"op.create_table('assembler_boots', 'kind', 'generation', {SNAPSHOTS})\n"
                "op.create_table('assembler_snapshots')"
            ),
            [],
        ),
    ],
)
def test_what_no_revision_makes_is_reported(tmp_path: Path, text: str, said: list[str]) -> None:
    """The table, or the columns that it did not have at first."""
    assert lint(tmp_path, text) == said


@pytest.mark.parametrize(
    "extensions",
    [
        "database, migrate",
        "database, journal",
        "database, migrate, {use: journal, when: false}",
        "database, {use: migrate, with: {directory: elsewhere}}, journal",
    ],
)
def test_a_profile_without_both_steps_is_left_alone(tmp_path: Path, extensions: str) -> None:
    """Its table may be made elsewhere, or is not needed."""
    assert lint(tmp_path, "", extensions) == []
