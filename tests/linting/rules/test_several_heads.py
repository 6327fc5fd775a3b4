"""Test that heads are counted off the revisions' files as Alembic counts them."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "several-heads"
PROFILE = "version: 1\nrole: migrations\nextensions: [database, migrate]\n"
FIRST = "revision = 'a'\ndown_revision = None\n"
FORK = (FIRST, *(f"revision = '{name}'\ndown_revision = 'a'\n" for name in "yz"))


def lint(folder: Path, *revisions: str, profile: str = PROFILE) -> list[str]:
    """Lint a profile beside a folder of the given revisions."""
    files = {f"migrations/versions/{n}.py": text for n, text in enumerate(revisions)}
    files |= {"migrations/env.py": "", "profiles/migrations.yaml": profile}
    return render_found(lint_files(folder, files, RULE))


def find_heads(folder: Path) -> list[str]:
    """Ask Alembic itself."""
    config = Config()
    config.set_main_option("script_location", str(folder / "migrations"))
    return sorted(ScriptDirectory.from_config(config).get_heads())


@pytest.mark.parametrize(
    "revisions",
    [
        (FIRST, "revision = 'b'\ndown_revision = 'a'\n", "revision = 'c'\ndown_revision = 'a'\n"),
        (
            FIRST,
            "revision: str = 'b'\ndown_revision: str | None = 'a'\n",
            "revision = 'c'\ndown_revision = 'a'\nbranch_labels = ('shop',)\n",
        ),
    ],
)
def test_several_heads_are_found_as_alembic_finds_them(
    tmp_path: Path, revisions: tuple[str, ...]
) -> None:
    """At the step; each head's line is named beside."""
    found = lint(tmp_path, *revisions)
    names = ", ".join(f'"{head}"' for head in find_heads(tmp_path))

    assert found == [
        f"profiles/migrations.yaml:3:24 the revisions have 2 heads, expected one: {names}"
    ]


@pytest.mark.parametrize(
    "other",
    [
        "revision: str = 'b'\ndown_revision: str | None = None\n",
        "revision = 'b'\ndown_revision = None\ndepends_on = 'a'\n",
        "revision = 'b'\ndown_revision = None\nbranch_labels = ('shop',)\n",
    ],
)
def test_separate_histories_each_have_a_head(tmp_path: Path, other: str) -> None:
    """Nothing is to be merged: `migrate` brings each to its own."""
    assert lint(tmp_path, FIRST, other) == []
    assert find_heads(tmp_path) == ["a", "b"]


@pytest.mark.parametrize(
    ("revisions", "said"),
    [
        (
            ("revision = 'b'\ndown_revision = 'a'\n",),
            'the revision "b" follows "a", which is missing',
        ),
        (
            ("revision = 'a'\ndown_revision = 'b'\n", "revision = 'b'\ndown_revision = 'a'\n"),
            'the revisions follow each other in a cycle: "a", "b", "a"',
        ),
    ],
)
def test_revisions_that_cannot_be_put_in_a_row_fail(
    tmp_path: Path, revisions: tuple[str, ...], said: str
) -> None:
    """Alembic raises; then nothing is said of heads."""
    assert lint(tmp_path, *revisions) == []
    files = {"profiles/migrations.yaml": PROFILE}
    (found,) = lint_files(tmp_path, files, "migration-failed")
    assert (found.message, len(found.related)) == (said, 1)
    warnings.simplefilter("ignore")  # of a revision that is not there; pytest resets it
    with pytest.raises((KeyError, RevisionError)):
        find_heads(tmp_path)


@pytest.mark.parametrize(
    "revisions",
    [
        (),
        (FIRST,),
        (FIRST, "revision = 'b'\ndown_revision = 'a'\n"),
        (
            FIRST,
            "revision = 'b'\ndown_revision = 'a'\n",
            "revision = 'c'\ndown_revision = 'a'\n",
            "revision = 'd'\ndown_revision = ('b', 'c')\n",
        ),
    ],
)
def test_one_head_or_none_is_left_alone_as_alembic_has_it(
    tmp_path: Path, revisions: tuple[str, ...]
) -> None:
    """Branches that are joined, and a folder without any."""
    assert lint(tmp_path, *revisions) == []
    assert len(find_heads(tmp_path)) <= 1


@pytest.mark.parametrize(
    "other",
    [
        "revision = make()\ndown_revision = None\n",
        "revision = 'b'\ndown_revision = PARENT\n",
        "revision = 'b'\ndown_revision = 'gone'\n",
        "revision = 'a'\ndown_revision = None\n",
        "revision = 'b\n",
        "",
    ],
)
def test_what_the_files_alone_do_not_tell_is_left_alone(tmp_path: Path, other: str) -> None:
    """Running says what is wrong with them."""
    assert lint(tmp_path, *FORK, other) == []


@pytest.mark.parametrize(
    "profile",
    [
        "version: 1\nextensions: [database, migrate]\n",
        "version: 1\nrole: migrations\nextensions: [database]\n",
        "version: 1\nrole: migrations\nextensions: [database, {use: migrate, when: false}]\n",
    ],
)
def test_only_a_profile_that_migrates_is_asked(tmp_path: Path, profile: str) -> None:
    """The others do not read the revisions."""
    assert lint(tmp_path, *FORK, profile=profile) == []


def test_an_alembic_that_looks_elsewhere_is_left_alone(tmp_path: Path) -> None:
    """Its settings may name other folders."""
    (tmp_path / "migrations").mkdir()
    ini = "[alembic]\nversion_locations = %(here)s/versions %(here)s/more\n"
    (tmp_path / "migrations" / "alembic.ini").write_text(ini, "utf-8")
    assert lint(tmp_path, *FORK) == []


def test_a_revision_that_was_changed_is_read_again(tmp_path: Path) -> None:
    """By an editor that keeps one process."""
    assert len(lint(tmp_path, *FORK)) == 1
    assert lint(tmp_path, *FORK[:2], "revision = 'z'\ndown_revision = 'y'\n") == []
