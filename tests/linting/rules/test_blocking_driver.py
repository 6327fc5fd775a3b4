"""Test that a driver that would block is found where it is certain, as running finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile
from tests.support.processes import run_cli

if TYPE_CHECKING:
    from pathlib import Path

RULE = "blocking-driver"
HEAD = "version: 1\npatches: [gevent]\n"
DATABASE = "extensions: [database]\n"
URI, BINDS = "SQLALCHEMY_DATABASE_URI", "SQLALCHEMY_BINDS"


def write_profile(url: str, *, patches: str = "[gevent]", more: str = DATABASE) -> str:
    """Return a profile whose ``values`` source says ``url``."""
    head = f"version: 1\npatches: {patches}\nconfig:\n  - use: values\n"
    return f"{head}    with: {{{URI}: {url}}}\n{more}"


@pytest.mark.parametrize(
    "text",
    [
        write_profile("'postgresql+psycopg2://shop@db/shop'"),
        write_profile("'postgresql://shop:${DB_PASSWORD:-x}@db/shop'"),
        write_profile("'postgres://shop@db/shop'"),
        write_profile("'postgresql+psycopg2://shop@db/shop'", more=""),
        write_profile(
            "'postgresql+psycopg2://shop@db/shop'",
            patches="[gevent, {use: psycopg2, when: false}]",
        ),
        write_profile("sqlite://")
        .replace(URI, BINDS)
        .replace("sqlite://", "{users: 'postgresql+psycopg2://shop@db/users'}"),
        HEAD + "extensions: [{use: database, with: {url: 'postgresql://shop@db/shop'}}]\n",
        HEAD
        + "extensions: [{use: database, with: {driver: psycopg2, url: 'postgresql://db/shop'}}]\n",
    ],
)
def test_what_is_found_is_what_running_refuses(tmp_path: Path, text: str) -> None:
    """At the same place, in the same words."""
    files = {"web.yaml": text, "shop/__init__.py": ""}
    (found,) = lint_files(tmp_path, files, RULE)

    done = run_cli(["-m", "assembler", "flask", "web.yaml", "routes"], tmp_path)

    shown = f"{found.place}: {found.severity}[{found.code}] {found.message} [{found.name}]"
    assert done.stderr.splitlines()[0] == shown
    assert f"  hint: {found.hint}" in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        write_profile("'postgresql+psycopg2://shop@db/shop'", patches="[]"),
        write_profile("'postgresql+psycopg2://shop@db/shop'", patches="[gevent, psycopg2]"),
        write_profile("'postgresql+psycopg://shop@db/shop'"),
        write_profile("'postgresql+pg8000://shop@db/shop'"),
        write_profile("sqlite:///shop.db"),
        write_profile("'${DATABASE_URL:-postgresql+psycopg2://shop@db/shop}'"),
        write_profile("'${DATABASE_URL}'"),
        write_profile(
            "'postgresql+psycopg2://shop@db/shop'",
            patches="[gevent, {use: psycopg2, when: '${DB}'}]",
        ),
        write_profile(
            "'postgresql+psycopg2://shop@db/shop'", more="  - {use: env, with: {prefix: SHOP}}\n"
        ),
        write_profile("'postgresql+psycopg2://shop@db/shop'").replace(
            "    with:", "    when: '${DB}'\n    with:"
        ),
        HEAD
        + "extensions: [{use: database, with: {driver: psycopg, url: 'postgresql://db/shop'}}]\n",
    ],
)
def test_what_waits_well_or_may_be_another_is_left_alone(tmp_path: Path, text: str) -> None:
    """It is an error: only what is certain is reported."""
    assert lint_profile(tmp_path, text, RULE) == []


def test_with_the_environment_its_url_is_certain(tmp_path: Path) -> None:
    """As `lint --env` has it."""
    text = write_profile("'${DATABASE_URL:-sqlite://}'")
    env = {"DATABASE_URL": "postgresql://shop@db/shop"}
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE, env=env)
    assert found.message == (
        f"{URI} reaches PostgreSQL through psycopg2, which blocks the event loop: "
        "the patch 'psycopg2' is not applied"
    )
