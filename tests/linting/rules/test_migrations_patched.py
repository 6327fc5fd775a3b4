"""Test that gevent in a migrations profile is found where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "migrations-patched"


def test_a_patch_of_its_own_is_found_at_the_patch(tmp_path: Path) -> None:
    """The others need it, and are not said as well."""
    text = "version: 1\nrole: migrations\npatches: [gevent, psycopg2]\n"
    assert lint_profile(tmp_path, text, RULE) == [
        "3:11 a migrations profile patches its process with gevent"
    ]


def test_an_inherited_patch_is_found_at_the_role(tmp_path: Path) -> None:
    """The base is right for the web; its place is named beside."""
    files = {
        "base.yaml": "version: 1\nabstract: true\npatches: [gevent]\n",
        "migrations.yaml": "version: 1\nextends: base.yaml\nrole: migrations\n",
    }
    (found,) = lint_files(tmp_path, files, RULE)
    assert str(found.place) == "migrations.yaml:3:7"
    assert [str(one.place) for one in found.related] == ["base.yaml:3:11"]


@pytest.mark.parametrize(
    "text",
    [
        "role: migrations\npatches: []\n",
        "role: web\npatches: [gevent]\n",
        "role: worker\npatches: [gevent]\n",
        "role: migrations\ndebug: true\npatches: [{use: gevent, when: {debug: false}}]\n",
        "role: migrations\npatches: [{use: gevent, when: false}]\n",
    ],
)
def test_other_roles_and_patches_that_are_off_are_left_alone(tmp_path: Path, text: str) -> None:
    """A skipped patch does not count."""
    assert lint_profile(tmp_path, f"version: 1\n{text}", RULE) == []
