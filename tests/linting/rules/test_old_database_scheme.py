"""Test that a database URL that SQLAlchemy does not take is found, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "old-database-scheme"
SAID = "SQLAlchemy does not accept 'postgres://' in "


def lint(folder: Path, values: str, extensions: str = "['shop.models:db']") -> list[str]:
    """Return what is said of a profile with these values."""
    text = f"version: 1\nconfig: [{{use: values, with: {{{values}}}}}]\nextensions: {extensions}\n"
    return lint_profile(folder, text, RULE)


def test_the_url_of_the_default_database_is_found(tmp_path: Path) -> None:
    """Which SQLAlchemy is given as it is; the place is the URL's, and no part of it is said."""
    found = lint(tmp_path, "SQLALCHEMY_DATABASE_URI: 'postgres://shop:geheim@db/shop'")
    assert found == [f"2:56 {SAID}SQLALCHEMY_DATABASE_URI"]


def test_the_urls_of_binds_are_found(tmp_path: Path) -> None:
    """Written as a text or under `url`."""
    binds = "{a: 'postgres://db/a', b: {url: 'postgres://db/b'}, c: 'sqlite://'}"
    found = lint(tmp_path, f"SQLALCHEMY_BINDS: {binds}")
    assert [line.partition(" ")[2] for line in found] == [f"{SAID}SQLALCHEMY_BINDS"] * 2


def test_a_default_of_a_variable_is_found(tmp_path: Path) -> None:
    """It is what counts where the variable is not set."""
    assert lint(tmp_path, "SQLALCHEMY_DATABASE_URI: '${DB:-postgres://db/shop}'")


@pytest.mark.parametrize(
    ("values", "extensions"),
    [
        ("SQLALCHEMY_DATABASE_URI: 'postgresql://db/shop'", "['shop.models:db']"),
        ("SQLALCHEMY_DATABASE_URI: 'postgres+psycopg2://db/shop'", "['shop.models:db']"),
        ("SQLALCHEMY_DATABASE_URI: '${DATABASE_URL}'", "['shop.models:db']"),
        ("SQLALCHEMY_DATABASE_URI: 'postgres://db/shop'", "[database]"),
        ("SQLALCHEMY_DATABASE_URI: 'postgres://db/shop'", "[{use: database, name: db}]"),
        ("QUEUE_URL: 'postgres://db/shop'", "['shop.models:db']"),
    ],
)
def test_what_sqlalchemy_is_not_given_is_left_alone(
    tmp_path: Path, values: str, extensions: str
) -> None:
    """The step `database` takes the old scheme; what else reads other keys is not known."""
    assert not lint(tmp_path, values, extensions)


def test_what_a_later_source_replaces_is_left_alone(tmp_path: Path) -> None:
    """Only the last of the written values is in force."""
    text = (
        "version: 1\nconfig:\n"
        "  - {use: values, with: {SQLALCHEMY_DATABASE_URI: 'postgres://db/shop'}}\n"
        "  - {use: values, name: b, with: {SQLALCHEMY_DATABASE_URI: 'sqlite://'}}\n"
        "extensions: ['shop.models:db']\n"
    )
    assert not lint_profile(tmp_path, text, RULE)


def test_a_database_step_that_is_skipped_reads_nothing(tmp_path: Path) -> None:
    """Then whatever else there is does."""
    text = (
        "version: 1\nconfig: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'postgres://db/s'}}]\n"
        "extensions: ['shop.models:db', {use: database, when: false}]\n"
    )
    assert len(render_found(lint_files(tmp_path, {"web.yaml": text}, RULE))) == 1
