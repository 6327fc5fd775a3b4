"""Test that web and migrations are found to read their revisions from different folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "migrations-differ"


def lint(folder: Path, web: str, migrations: str, role: str = "migrations") -> list[str]:
    """Lint two profiles, each with a step in the given words."""
    files = {
        "web.yaml": f"version: 1\nextensions: [database, {web}]\n",
        "other.yaml": f"version: 1\nrole: {role}\nextensions: [database, {migrations}]\n",
    }
    return render_found(lint_files(folder, files, RULE))


OTHER = "{use: migrate, with: {directory: other}}"


def test_another_folder_is_found_at_its_name(tmp_path: Path) -> None:
    """Or at the step, where it is the default."""
    assert lint(tmp_path, "migrate", OTHER) == [
        "other.yaml:3:57 'other' has its revisions in \"other\", 'web' in \"migrations\""
    ]
    assert lint(tmp_path, OTHER, "migrate") == [
        "other.yaml:3:24 'other' has its revisions in \"migrations\", 'web' in \"other\""
    ]


@pytest.mark.parametrize(
    ("web", "other", "role"),
    [
        ("migrate", "{use: migrate, with: {directory: ./migrations/}}", "migrations"),
        ("proxy_fix", OTHER, "migrations"),
        ("migrate", "{use: migrate, with: {directory: '${SHOP_REVISIONS}'}}", "migrations"),
        ("migrate", OTHER, "worker"),
        ("{use: migrate, when: false, with: {directory: a}}", "migrate", "migrations"),
    ],
)
def test_the_same_folder_or_one_not_known_is_left_alone(
    tmp_path: Path, web: str, other: str, role: str
) -> None:
    """However it is spelled; and only migrations have to agree."""
    assert lint(tmp_path, web, other, role) == []
