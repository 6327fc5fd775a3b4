"""Test that the patch for psycopg2 is found useless only where the profile leaves no doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "useless-patch"
PSYCOPG = "'postgresql+psycopg://shop:${DB_PASSWORD}@db/shop'"


def write_profile(url: str, *, before: str = "", after: str = "") -> str:
    """Give a profile that patches psycopg2, with ``url`` in its config."""
    return (
        f"version: 1\npatches: [gevent, psycopg2]\nconfig:\n{before}"
        f"  - {{use: values, with: {{SQLALCHEMY_DATABASE_URI: {url}}}}}\n{after}"
        "extensions: [database]\n"
    )


@pytest.mark.parametrize(
    ("url", "way"),
    [
        (PSYCOPG, "psycopg"),
        ("sqlite:///shop.db", "sqlite"),
        ("'mysql+pymysql://shop@db/shop'", "mysql+pymysql"),
    ],
)
def test_a_patch_for_nothing_is_found(tmp_path: Path, url: str, way: str) -> None:
    """With the URL beside it."""
    (found,) = lint_files(tmp_path, {"web.yaml": write_profile(url)}, RULE)
    assert str(found.place) == "web.yaml:2:19"
    assert (
        found.message == f"patch 'psycopg2' changes nothing: the database is reached through {way}"
    )
    assert [str(one.place)[:10] for one in found.related] == ["web.yaml:4"]


def test_the_step_may_choose_the_other_driver(tmp_path: Path) -> None:
    """A URL without one is then read with it."""
    text = (
        "version: 1\npatches: [gevent, psycopg2]\nextensions:\n"
        "  - {use: database, with: {driver: psycopg, url: 'postgresql://db/shop'}}\n"
    )
    assert lint_profile(tmp_path, text, RULE) == [
        "2:19 patch 'psycopg2' changes nothing: the database is reached through psycopg"
    ]


ENV = "  - {use: env, with: {prefix: SHOP}}\n"


@pytest.mark.parametrize(
    "text",
    [
        write_profile("'postgresql+psycopg2://db/shop'"),
        write_profile("'postgresql://db/shop'"),
        write_profile("'postgres://db/shop'"),
        write_profile("'${DATABASE_URL:-sqlite:///shop.db}'"),
        write_profile("'${DATABASE_URL:-postgresql+psycopg://db/shop}'"),
        write_profile("'${DATABASE_URL}'"),
        write_profile(PSYCOPG, after=ENV),
        write_profile("sqlite:///shop.db", before=ENV),
        write_profile(PSYCOPG).replace("psycopg2", "{use: psycopg2, when: false}"),
        write_profile(PSYCOPG).replace(
            "}}\n", ", SQLALCHEMY_BINDS: {old: 'postgresql+psycopg2://db/old'}}}\n", 1
        ),
        "version: 1\npatches: [gevent, psycopg2]\nextensions: [database]\n",
    ],
)
def test_a_patch_that_may_be_for_something_is_left_alone(tmp_path: Path, text: str) -> None:
    """Another URL of the environment, another source, another database."""
    assert lint_profile(tmp_path, text, RULE) == []


@pytest.mark.parametrize("line", ["import psycopg2.extras", "def load():\n    import psycopg2"])
def test_a_module_that_uses_psycopg2_is_what_the_patch_is_for(tmp_path: Path, line: str) -> None:
    """Beside the database's own driver."""
    files = {
        "web.yaml": write_profile(PSYCOPG, after="").replace(
            "[database]", "[database, shop.reports]"
        ),
        "shop/__init__.py": "",
        "shop/reports.py": "from shop import copying\n",
        "shop/copying.py": f"{line}\n",
    }
    assert lint_files(tmp_path, files, RULE) == []


def test_with_the_environment_nothing_else_is_said(tmp_path: Path) -> None:
    """What one environment says is no reason to change the profile."""
    text = write_profile("'${DATABASE_URL:-sqlite:///shop.db}'")
    assert lint_files(tmp_path, {"web.yaml": text}, RULE, env={}) == []
