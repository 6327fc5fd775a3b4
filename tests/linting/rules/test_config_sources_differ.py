"""Test which config sources of the web profile another role is found to lack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "config-sources-differ"
ENV = "{use: env, with: {prefix: SHOP}}"
CLASS = "{use: object, with: {target: 'shop.settings:Web'}}"
URI = "{use: values, with: {SQLALCHEMY_DATABASE_URI: '${DATABASE_URL}'}}"


def lint(folder: Path, web: str, other: str, role: str = "worker") -> list[str]:
    """Lint two profiles with the given sources."""
    files = {
        "web.yaml": f"version: 1\nconfig: [{web}]\n",
        "other.yaml": f"version: 1\nrole: {role}\nconfig: [{other}]\n",
    }
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("web", "other", "role", "source"),
    [
        (ENV, "", "worker", 'env (prefix "SHOP")'),
        (ENV, "{use: env, with: {prefix: SHPO}}", "beat", 'env (prefix "SHOP")'),
        ("env", ENV, "job", 'env (prefix "FLASK")'),
        (CLASS, ENV, "worker", "object"),
        ("'shop.settings:load'", "", "worker", "shop.settings:load"),
        (ENV, "", "migrations", 'env (prefix "SHOP")'),
    ],
)
def test_a_source_that_is_missing_is_found_at_the_role(
    tmp_path: Path, web: str, other: str, role: str, source: str
) -> None:
    """It has no place of its own."""
    assert lint(tmp_path, web, other, role) == [
        f"other.yaml:2:7 'other' does not read the config source {source}, as 'web' does"
    ]


@pytest.mark.parametrize(
    ("web", "other", "role"),
    [
        (ENV, f"{URI}, {ENV}", "worker"),
        (CLASS, "{use: object, with: {target: 'shop.settings:Worker'}}", "worker"),
        (CLASS, "{use: settings, with: {target: 'shop.settings:Worker'}}", "worker"),
        ("{use: dotenv, with: {path: .env}}", "{use: file, with: {path: a.toml}}", "worker"),
        ("{use: dotenv, with: {path: .env, optional: true}}", "", "worker"),
        ("{use: env, when: '${SHOP_ENV:-true}', with: {prefix: SHOP}}", "", "worker"),
        (ENV, "{use: env, when: '${SHOP_ENV:-}', with: {prefix: SHOP}}", "worker"),
        (f"{URI}, {ENV}", URI, "migrations"),
        (ENV, "{use: values, with: {CELERY_BROKER_URL: '${BROKER}'}}", "beat"),
        (ENV, "", "test"),
        (f"{URI}, argument", "", "worker"),
    ],
)
def test_a_source_of_its_own_or_one_not_needed_is_left_alone(
    tmp_path: Path, web: str, other: str, role: str
) -> None:
    """Other classes and files; migrations need their database alone, and beat its broker."""
    assert lint(tmp_path, web, other, role) == []


def test_only_what_all_web_profiles_read_is_missed(tmp_path: Path) -> None:
    """What one of them does without, another role may do without."""
    files = {
        "web.yaml": f"version: 1\nconfig: [{ENV}]\n",
        "admin.yaml": "version: 1\n",
        "worker.yaml": "version: 1\nrole: worker\n",
    }
    assert lint_files(tmp_path, files, RULE) == []
