"""Test which profiles are found to use another database than the web profile of their app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "databases-differ"


def by_config(url: str, more: str = "") -> str:
    """Return a profile whose config has a database."""
    return (
        f"version: 1\n{more}config: [{{use: values, with: {{SQLALCHEMY_DATABASE_URI: {url!r}}}}}]\n"
        "extensions: [database]\n"
    )


def lint(folder: Path, **profiles: str) -> list[str]:
    """Lint the profiles of one folder, by their names."""
    files = {f"{name}.yaml": text for name, text in profiles.items()}
    return render_found(lint_files(folder, files, RULE))


@pytest.mark.parametrize(
    ("web", "worker"),
    [
        ("postgresql://shop@db/shop", "postgresql://shop@db/store"),
        ("postgresql://shop@db/shop", "postgresql://shop@other/shop"),
        ("sqlite:///shop.db", "sqlite:///worker.db"),
        ("${DATABASE_URL:-sqlite:///shop.db}", "${DATABASE_URL:-sqlite:///worker.db}"),
        ("postgresql://${DB_HOST}/shop", "postgresql://${DB_HOST}/store"),
    ],
)
@pytest.mark.parametrize("role", ["worker", "beat", "job", "migrations"])
def test_another_database_is_found_in_every_role_that_shares_one(
    tmp_path: Path, web: str, worker: str, role: str
) -> None:
    """At its URL, with that of the web profile beside it."""
    assert lint(tmp_path, web=by_config(web), other=by_config(worker, f"role: {role}\n")) == [
        "other.yaml:3:56 'other' uses another database than 'web'"
    ]


@pytest.mark.parametrize(
    ("web", "worker"),
    [
        ("postgresql://shop@db/shop", "postgresql+psycopg2://worker:pw@db/shop?sslmode=require"),
        ("postgres://db/shop", "postgresql://db/shop"),
        ("${DATABASE_URL:-sqlite:///shop.db}", "${DATABASE_URL}"),
        ("${DATABASE_URL:?set it}", "${DATABASE_URL}"),
        ("${DATABASE_URL}", "${DIRECT_DATABASE_URL}"),
        ("${DATABASE_URL:-sqlite:///shop.db}", "sqlite:///worker.db"),
        ("postgresql://${DB_HOST}/shop", "postgresql://${OTHER_HOST}/store"),
        ("postgresql://${APP_USER}:${APP_PW}@db/shop", "postgresql://${OWNER_PW}@db/shop"),
        ("${DATABASE_URL}", "sqlite:///:memory:"),
        ("sqlite://", "${DATABASE_URL}"),
    ],
)
def test_what_may_be_the_same_database_is_left_alone(tmp_path: Path, web: str, worker: str) -> None:
    """Another user, driver, option or variable, a missing default, a database in memory."""
    assert lint(tmp_path, web=by_config(web), worker=by_config(worker, "role: worker\n")) == []


def test_the_steps_url_beats_the_config(tmp_path: Path) -> None:
    """As it does when the app is made."""
    worker = (
        "version: 1\nrole: worker\n"
        "extensions: [{use: database, with: {url: 'sqlite:///worker.db'}}]\n"
    )
    assert lint(tmp_path, web=by_config("sqlite:///shop.db"), worker=worker) == [
        "worker.yaml:3:42 'worker' uses another database than 'web'"
    ]


@pytest.mark.parametrize(
    "web",
    [
        "version: 1\nconfig: [{use: object, with: {target: 'shop.settings:Web'}}]\n",
        "version: 1\nconfig: [{use: values, when: '${A}', with: {SQLALCHEMY_DATABASE_URI: a}}]\n",
        "version: 1\nextensions: [{use: database, with: {url: {$file: database_url}}}]\n",
        "version: 1\nextensions: [proxy_fix]\n",
    ],
)
def test_what_the_profile_does_not_say_is_left_alone(tmp_path: Path, web: str) -> None:
    """Another web profile of the app may have the worker's database."""
    other = by_config("sqlite:///shop.db")
    worker = by_config("sqlite:///shop.db", "role: worker\n")
    assert lint(tmp_path, web=web, worker=worker) == []
    assert lint(tmp_path, web=web, other=other, worker=worker) == []


def test_one_web_profile_with_the_same_database_is_enough(tmp_path: Path) -> None:
    """Beside it may be others, for debugging or another shop."""
    profiles = {
        "debug": by_config("sqlite:///debug.db", "debug: true\n"),
        "web": by_config("${DATABASE_URL}"),
        "worker": by_config("${DATABASE_URL}", "role: worker\n"),
        "test": by_config("sqlite:///test.db", "role: test\n"),
    }
    assert lint(tmp_path, **profiles) == []


@pytest.mark.parametrize("required", ["${DATABASE_URL}", "${DATABASE_URL:?set it}"])
def test_a_web_profile_that_requires_the_variable_does_not_count_where_it_is_unset(
    tmp_path: Path, required: str
) -> None:
    """It does not run then, and the defaults of the others differ; alone it may be the same."""
    profiles = {
        "production": by_config(required),
        "worker": by_config("${DATABASE_URL:-sqlite:///worker.db}", "role: worker\n"),
    }
    assert lint(tmp_path, **profiles) == []
    web = by_config("${DATABASE_URL:-sqlite:///shop.db}")
    assert lint(tmp_path, **profiles, web=web) == [
        "worker.yaml:3:56 'worker' uses another database than 'web'"
    ]
    assert lint(tmp_path, **profiles, web=web, other=by_config("${OTHER_URL}")) == []


def by_app(url: str, app: str, more: str = "") -> str:
    """Return a profile that says which app it is of."""
    return by_config(url, f"app: {app}\n{more}")


@pytest.mark.parametrize(
    ("web", "worker", "is_one_app"),
    [
        ("{with: {import_name: shop}}", "{with: {import_name: shop}}", True),
        ("{use: 'shop.app:create'}", "{with: {import_name: shop.app}}", True),
        ("{with: {import_name: shop}}", "{with: {import_name: blog}}", False),
        ("{use: 'shop.app:create'}", "{use: 'blog.app:create'}", False),
        ("{with: {import_name: shop}}", "{}", True),
    ],
)
def test_only_profiles_of_one_app_are_compared(
    tmp_path: Path, web: str, worker: str, *, is_one_app: bool
) -> None:
    """A folder may hold those of several; the policy's package names an app that does not."""
    found = lint(
        tmp_path,
        web=by_app("sqlite:///a.db", web),
        worker=by_app("sqlite:///b.db", worker, "role: worker\n"),
    )
    assert bool(found) is is_one_app


def test_a_base_tells_the_app_only_where_nothing_else_does(tmp_path: Path) -> None:
    """Two apps may share a base; without a policy no package names the app."""
    base = "version: 1\nabstract: true\nextensions: [database]\n"
    extends = "extends: base.yaml\nrole: worker\n"
    policy = {"pyproject.toml": "[tool.assembler]\n", "base.yaml": base}
    web, worker = by_config("sqlite:///a.db", "extends: base.yaml\n"), by_config("x:///b", extends)
    shop = by_app("sqlite:///a.db", "{with: {import_name: shop}}", "extends: base.yaml\n")
    blog = by_app("sqlite:///b.db", "{with: {import_name: blog}}", extends)

    related = {**policy, "web.yaml": web, "worker.yaml": worker}
    strangers = {**policy, "web.yaml": shop, "worker.yaml": blog}
    assert len(lint_files(tmp_path, related, RULE)) == 1
    assert lint_files(tmp_path, strangers, RULE) == []


def test_profiles_of_two_folders_are_not_compared(tmp_path: Path) -> None:
    """Each folder is a deployment of its own."""
    files = {
        "staging/web.yaml": by_config("sqlite:///a.db"),
        "production/worker.yaml": by_config("sqlite:///b.db", "role: worker\n"),
    }
    assert lint_files(tmp_path, files, RULE) == []
