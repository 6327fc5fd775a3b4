"""Test that a database whose driver is not installed is found, and only what is certain."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import make_url

from assembler.database.driver import find_driver
from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "driver-missing"


def write_profile(url: str, more: str = "") -> str:
    """Return a profile with ``url`` in its config."""
    return (
        "version: 1\nconfig:\n  - use: values\n    with:\n"
        f"      SQLALCHEMY_DATABASE_URI: {url}\n{more}extensions: [database]\n"
    )


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql+pg8000://db/shop", "pg8000"),
        ("postgresql+asyncpg://${DB_USER}@db/shop", "asyncpg"),
        ("mysql://db/shop", "mysqldb"),
        ("mysql+pymysql://db/shop", "pymysql"),
    ],
)
def test_a_driver_that_is_not_there_is_found(tmp_path: Path, url: str, driver: str) -> None:
    """At the URL, with what to install."""
    (found,) = lint_files(tmp_path, {"web.yaml": write_profile(url)}, RULE)
    assert find_spec(driver) is None
    scheme = url.partition(":")[0]
    assert render_found([found]) == [
        f"web.yaml:5:32 the driver {driver} for {scheme}:// is not installed"
    ]
    assert (found.hint or "").startswith("Run `pip install ")


@pytest.mark.parametrize(
    "text",
    [
        write_profile("postgresql://db/shop"),
        write_profile("postgres://db/shop"),
        write_profile("postgresql+psycopg://db/shop"),
        write_profile("sqlite:///shop.db"),
        write_profile("mydialect+pg8000x://db/shop"),
        write_profile("${DATABASE_URL:-postgresql+pg8000://db/shop}"),
        write_profile("${DATABASE_URL}"),
        write_profile("postgresql+pg8000://db/shop", "  - {use: env, with: {prefix: SHOP}}\n"),
        write_profile("postgresql+pg8000://db/shop").replace("use: values", "use: shop:load"),
    ],
)
def test_what_is_there_or_not_certain_is_left_alone(tmp_path: Path, text: str) -> None:
    """A driver of a dialect that nobody knows is not judged either."""
    assert lint_profile(tmp_path, text, RULE) == []


def test_without_the_step_the_default_is_sqlalchemys(tmp_path: Path) -> None:
    """What its version says is what it really takes."""
    own = find_driver("postgresql", None, lambda _module: True)
    assert own == make_url("postgresql://").get_dialect().driver
    files = {"web.yaml": write_profile("postgresql://db/shop").replace("[database]", "[]")}
    assert lint_files(tmp_path, files, RULE) == []
