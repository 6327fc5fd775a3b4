"""Test that names of revisions fit into the column that Alembic keeps them in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

PROFILE = "version: 1\nrole: migrations\nextensions: [database, migrate]\n"


@pytest.mark.parametrize(("length", "count"), [(32, 0), (33, 1)])
def test_a_name_of_more_than_32_characters_is_reported(
    tmp_path: Path, length: int, count: int
) -> None:
    """At the step, with the revision's line beside."""
    files = {
        "migrations/env.py": "",
        "migrations/versions/a.py": f"revision = '{'a' * length}'\ndown_revision = None\n",
        "profiles/migrations.yaml": PROFILE,
    }

    found = lint_files(tmp_path, files, "revision-id-too-long")

    assert len(found) == count
    assert all("has 33 characters" in one.message for one in found)
    assert all(one.related[0].place.path.endswith("a.py") for one in found)
