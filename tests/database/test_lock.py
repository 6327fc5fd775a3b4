"""The lock of a database: one holder, and none where none is needed or known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import StaticPool

from assembler.database.lock import hold_migration_lock, is_lock_held
from assembler.database.state import Wait
from assembler.diagnostics.diagnostic import Place
from tests.support.postgres import execute_sql, with_driver

if TYPE_CHECKING:
    from pathlib import Path

HERE = Place("web.yaml")
HELD = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


class OtherDialect(SQLiteDialect_pysqlite):
    """A kind of database that we know no lock for."""

    name = "other"
    supports_statement_cache = True


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_postgresql_holds_one_lock_however_often_it_is_asked(
    postgres_url: str, driver: str
) -> None:
    """An env.py inside the command that holds it waits for nobody, and does not give it back."""
    engine = create_engine(with_driver(postgres_url, driver))
    wait = Wait(0, print)

    with hold_migration_lock(engine, wait, HERE):
        with hold_migration_lock(engine, wait, HERE):
            assert execute_sql(postgres_url, HELD) == [(1,)]
        assert is_lock_held(engine)
        assert execute_sql(postgres_url, HELD) == [(1,)]

    assert not is_lock_held(engine)
    assert execute_sql(postgres_url, HELD) == [(0,)]
    engine.dispose()


def test_the_lock_leaves_no_transaction_open(postgres_url: str) -> None:
    """A long migration must not stand in the way of vacuum or of an index made concurrently."""
    engine = create_engine(with_driver(postgres_url, "psycopg2"))
    states = "SELECT DISTINCT state FROM pg_stat_activity WHERE query LIKE '%advisory_lock%' AND "

    with hold_migration_lock(engine, Wait(0, print), HERE):
        found = execute_sql(postgres_url, states + "pid <> pg_backend_pid()")

    assert found == [("idle",)]
    engine.dispose()


def test_a_lost_connection_does_not_hide_that_the_work_is_done(postgres_url: str) -> None:
    """The server has given the lock back by itself."""
    engine = create_engine(with_driver(postgres_url, "psycopg2"))
    end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"

    with hold_migration_lock(engine, Wait(0, print), HERE):
        assert execute_sql(postgres_url, end) == [(True,)]

    assert not is_lock_held(engine)
    engine.dispose()


def test_a_second_lock_does_not_forget_the_first(tmp_path: Path) -> None:
    """A migration of one database may migrate another, and come back to the first."""
    first, second = (create_engine(f"sqlite:///{tmp_path}/{name}.db") for name in ("a", "b"))
    wait = Wait(0, print)

    with hold_migration_lock(first, wait, HERE):
        with hold_migration_lock(second, wait, HERE):
            assert is_lock_held(first)
            assert is_lock_held(second)
        assert is_lock_held(first)
        assert not is_lock_held(second)

    assert not is_lock_held(first)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///file:shop?mode=memory&uri=true"])
def test_a_database_in_memory_needs_no_lock(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else sees it, and no file is made beside it."""
    monkeypatch.chdir(tmp_path)
    engine = create_engine(url, poolclass=StaticPool)

    with hold_migration_lock(engine, Wait(0, print), HERE), engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1

    assert list(tmp_path.iterdir()) == []
    engine.dispose()


def test_a_database_whose_lock_is_not_known_is_said_and_used_without() -> None:
    """To go on without saying so would promise what is not there."""
    registry.register("other", __name__, "OtherDialect")
    registry.impls["other"] = lambda: OtherDialect
    engine = create_engine("other://")
    said: list[str] = []

    with hold_migration_lock(engine, Wait(0, said.append), HERE):
        assert is_lock_held(engine)

    assert said == ["no lock is known for other: make sure that nobody else migrates this database"]
    engine.dispose()
