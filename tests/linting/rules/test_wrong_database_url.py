"""Test that a database URL is found wrong where SQLAlchemy would not take it, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url

from assembler.database.url import find_url_fault
from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

RULE = "wrong-database-url"


def lint(folder: Path, url: str, more: str = "", step: str = "database") -> list[Diagnostic]:
    """Lint a profile whose database is ``url``."""
    text = (
        f"version: 1\nconfig:\n  - use: values\n    with:\n      SQLALCHEMY_DATABASE_URI: {url}\n"
        f"{more}extensions:\n  - {step}\n"
    )
    return lint_files(folder, {"web.yaml": text}, RULE)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("shop", "SQLALCHEMY_DATABASE_URI is not the URL of a database"),
        ("5432", "SQLALCHEMY_DATABASE_URI is not the URL of a database"),
        (
            "jdbc:postgresql://db/shop",
            'SQLALCHEMY_DATABASE_URI starts with "jdbc:", as only Java does',
        ),
        (
            "sqlite://shop.db",
            "SQLALCHEMY_DATABASE_URI names a host, which a SQLite database does not have",
        ),
        ("postgresql://u@db:54a/shop", "the port in SQLALCHEMY_DATABASE_URI is not a number"),
        ("postgressql://db/shop", 'unknown database dialect "postgressql"'),
        (
            "postgresql+psycopg3://db/shop",
            'unknown database dialect "postgresql+psycopg3"',
        ),
    ],
)
def test_a_url_that_is_wrong_is_an_error(tmp_path: Path, url: str, message: str) -> None:
    """At the URL, and without it: it may hold a password."""
    (found,) = lint(tmp_path, url)
    assert (found.severity, found.message, found.place.span.line) == ("error", message, 5)


@pytest.mark.parametrize(
    ("url", "more", "step"),
    [
        ("${URL:-shop}", "", "database"),
        ("shop", "  - dotenv\n", "database"),
        ("shop", "", "{use: database, when: '${SHOP}'}"),
    ],
)
def test_where_another_url_may_be_given_it_is_a_warning(
    tmp_path: Path, url: str, more: str, step: str
) -> None:
    """By the environment or by a later source; or the step may not run."""
    (found,) = lint(tmp_path, url, more, step)
    assert found.severity == "warning"


@pytest.mark.parametrize(
    ("url", "step"),
    [
        ("sqlite:///shop.db", "database"),
        ("sqlite://", "database"),
        ("postgres://db/shop", "database"),
        ("postgresql+psycopg_async://u:p@[::1]:5432/shop", "database"),
        ("mysql+pymysql://db/shop?charset=utf8", "database"),
        ("${URL}", "database"),
        ("${URL:-}", "database"),
        ("${SCHEME}://db", "database"),
        ("{$file: url}", "database"),
        ("shop", "proxy_fix"),
        ("shop", "{use: database, with: {url: 'sqlite:///shop.db'}}"),
        ("shop", "{use: database, when: false}"),
    ],
)
def test_what_may_be_taken_or_is_not_used_is_left_alone(
    tmp_path: Path, url: str, step: str
) -> None:
    """Nor is anything said of what nobody knows yet."""
    assert lint(tmp_path, url, step=step) == []


def test_every_url_of_the_step_is_looked_at(tmp_path: Path) -> None:
    """Its option, and the binds."""
    text = """\
version: 1
config:
  - use: values
    with:
      SQLALCHEMY_BINDS:
        other: {url: nothing}
        third: nothing
extensions:
  - {use: database, with: {url: nothing}}
"""
    found = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert [(one.place.span.line, one.message.split()[0]) for one in found] == [
        (6, "SQLALCHEMY_BINDS['other']"),
        (7, "SQLALCHEMY_BINDS['third']"),
        (9, "url"),
    ]


PARTS = st.text("az09:/@?[].+ %", max_size=12)


@given(st.sampled_from(["sqlite", "sqlite+pysqlite", "postgresql+psycopg2", "a b", ""]), PARTS)
def test_what_is_said_of_a_url_is_what_sqlalchemy_does(scheme: str, rest: str) -> None:
    """A URL that is refused is refused by SQLAlchemy, and one that it cannot read is refused.

    But for a second `@`, which it reads as the host's or the database's.
    """
    text = f"{scheme}://{rest}"
    fault = find_url_fault(text, "url")
    try:
        url = make_url(text)
        if url.get_backend_name() == "sqlite":
            create_engine(url)
    except Exception:  # noqa: BLE001 - whatever it raises
        assert fault is not None
    else:
        assert fault is None or "has an `@` in it" in fault.message
