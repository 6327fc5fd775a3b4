"""Test that a migrations profile without a folder of migrations is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "no-migrations"


def lint(folder: Path, directory: str, role: str = "migrations") -> list[str]:
    """Lint a profile that names a folder; that of `migrations` is there, `empty` has no env.py."""
    (folder / "empty").mkdir(exist_ok=True)
    step = f"{{use: migrate, with: {{directory: '{directory}'}}}}"
    text = f"version: 1\nrole: {role}\nextensions: [database, {step}]\n"
    files = {"migrations/env.py": "", "profiles/migrations.yaml": text}
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("directory", "said"),
    [
        ("absent", 'the folder of migrations "absent" does not exist'),
        ("x" * 300, f'the folder of migrations "{"x" * 300}" does not exist'),
        ("empty", 'the folder of migrations "empty" has no env.py'),
        ("migrations/env.py", 'the folder of migrations "migrations/env.py" does not exist'),
    ],
)
def test_a_folder_that_is_none_is_found_at_its_name(
    tmp_path: Path, directory: str, said: str
) -> None:
    """Relative to the root, not to the profile."""
    assert lint(tmp_path, directory) == [f"profiles/migrations.yaml:3:57 {said}"]


@pytest.mark.parametrize("directory", ["migrations", "./migrations/", "${SHOP_REVISIONS}"])
def test_a_folder_that_is_there_or_not_known_is_left_alone(tmp_path: Path, directory: str) -> None:
    """It needs no revisions yet."""
    assert lint(tmp_path, directory) == []


@pytest.mark.parametrize("role", ["web", "worker", "test"])
def test_only_migrations_need_one(tmp_path: Path, role: str) -> None:
    """Before `flask db init` the others run as well."""
    assert lint(tmp_path, "absent", role) == []
