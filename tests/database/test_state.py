"""The state of a database: at head, behind, ahead, away, or nothing to compare."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from assembler.database.state import DatabaseState, DatabaseStatus, find_database_state
from tests.support.postgres import with_driver
from tests.support.processes import free_port
from tests.support.proxy import proxying_postgres
from tests.support.shop_database import Shop

if TYPE_CHECKING:
    from pathlib import Path


def test_an_empty_database_is_behind(shop: Shop) -> None:
    """Nothing is made by looking: Alembic's table neither."""
    state = find_database_state(shop.create_app())

    assert state == DatabaseState(DatabaseStatus.BEHIND, None, "0002")
    assert shop.find_tables() == set()


@pytest.mark.parametrize(
    ("revision", "status", "detail"),
    [
        ("0001", DatabaseStatus.BEHIND, None),
        ("0002", DatabaseStatus.HEAD, None),
        ("0009", DatabaseStatus.AHEAD, 'this code does not know the revision "0009"'),
    ],
)
def test_the_revision_is_compared_with_the_code(
    shop: Shop, revision: str, status: DatabaseStatus, detail: str | None
) -> None:
    """A revision that this code does not know is a newer code's."""
    shop.set_version(revision)

    state = find_database_state(shop.create_app())

    assert state == DatabaseState(status, revision, "0002", detail)


def test_a_revision_that_is_added_is_noticed(shop: Shop) -> None:
    """What is remembered of the revisions is forgotten when their folder changes."""
    app = shop.create_app()
    shop.set_version("0002")
    before = find_database_state(app)
    shop.add_revision(3, "pass")

    after = find_database_state(app)

    assert (before.status, after.status) == (DatabaseStatus.HEAD, DatabaseStatus.BEHIND)
    assert after.head == "0003"


def test_revisions_that_cannot_be_read_count_as_behind(shop: Shop) -> None:
    """Whatever is wrong with the code, it is not ready to serve."""
    shop.set_version("0002")
    shop.add_revision(3, "op.create_table(")

    state = find_database_state(shop.create_app())

    assert state.status is DatabaseStatus.BEHIND
    assert "0003_more.py" in (state.detail or "")


def test_a_database_that_refuses_is_away(project: Path) -> None:
    """The reason has no password in it."""
    shop = Shop(project, f"postgresql://shop:hunter2@127.0.0.1:{free_port()}/shop")

    state = find_database_state(shop.create_app())

    assert state.status is DatabaseStatus.AWAY
    assert "refused" in (state.detail or "")
    assert "hunter2" not in repr(state)
    shop.close()


def test_a_database_that_says_nothing_is_away(project: Path) -> None:
    """The answer comes in bounded time, where the driver would wait for minutes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        shop = Shop(project, f"postgresql://shop@127.0.0.1:{silent.getsockname()[1]}/shop")

        state = find_database_state(shop.create_app(), timeout_seconds=0.3)

    assert state == DatabaseState(DatabaseStatus.AWAY, detail="no answer within 0.3 s")


def test_a_database_that_goes_is_away_though_the_pool_has_connections(postgres_url: str) -> None:
    """And is there at the first question once it is back, though those connections are dead."""
    app = Flask("pooled")
    with proxying_postgres(postgres_url) as (proxy, url):
        app.config["SQLALCHEMY_DATABASE_URI"] = with_driver(url, "psycopg2")
        db = SQLAlchemy(app)
        states = [find_database_state(app)]
        proxy.refuse()
        states.append(find_database_state(app))
        proxy.listen()
        states.append(find_database_state(app))
        proxy.cut()
        states.append(find_database_state(app))
        with app.app_context():
            db.engine.dispose()

    none, away = DatabaseStatus.NONE, DatabaseStatus.AWAY
    assert [state.status for state in states] == [none, away, none, none]


def test_an_app_without_a_database_has_nothing_to_compare() -> None:
    """Nor has one with a database in memory and no revisions, which is asked all the same."""
    bare, app = Flask("bare"), Flask("memory")
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db = SQLAlchemy(app)

    states = [find_database_state(bare), find_database_state(app)]

    assert [state.status for state in states] == [DatabaseStatus.NONE] * 2
    assert [state.detail for state in states] == [
        "the app has no database",
        "the app has no revisions",
    ]
    with app.app_context():
        db.engine.dispose()


def test_a_version_table_by_another_name_is_read(shop: Shop) -> None:
    """As the project has told Flask-Migrate."""
    app = shop.create_app()
    migrate = app.extensions["migrate"]
    Migrate(app, migrate.db, directory=migrate.directory, version_table="shop_version")
    shop.execute(
        "CREATE TABLE shop_version (version_num VARCHAR(32))",
        "INSERT INTO shop_version VALUES ('0002')",
    )

    assert find_database_state(app).status is DatabaseStatus.HEAD


def test_several_heads_are_compared_as_a_whole(shop: Shop) -> None:
    """A project of branches is at head when each of them is."""
    shop.add_revision(3, "pass")
    shop.add_revision(4, "pass", after=2)
    shop.execute(
        "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('0004'), ('0003')",
    )

    state = find_database_state(shop.create_app())

    assert state == DatabaseState(DatabaseStatus.HEAD, "0003, 0004", "0003, 0004")


def test_asking_runs_no_revision(shop: Shop) -> None:
    """Readiness asks in the process that serves: it reads the files."""
    ran = shop.folder / "ran"
    file = shop.add_revision(3, "pass")
    with file.open("a") as stream:
        stream.write(f"\nimport pathlib\npathlib.Path({str(ran)!r}).touch()\n")
    shop.set_version("0003")

    state = find_database_state(shop.create_app())

    assert state == DatabaseState(DatabaseStatus.HEAD, "0003", "0003")
    assert not ran.exists()
