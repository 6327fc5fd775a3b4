"""The lock of a database: one holder, and none where none is needed or known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import StaticPool

from assembler.database.bounded import start_call
from assembler.database.lock import hold_migration_lock, is_lock_held
from assembler.database.waiting import Wait
from assembler.diagnostics.diagnostic import Place, ProfileError
from tests.support.pgbouncer import serve_pgbouncer
from tests.support.postgres import execute_sql, with_driver
from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable
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


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_lock_keeps_no_snapshot_whatever_the_app_isolates_by(
    postgres_url: str, driver: str
) -> None:
    """A long migration must not stand in the way of vacuum or of an index made concurrently."""
    url = with_driver(postgres_url, driver)
    states = (
        "SELECT state, backend_xmin FROM pg_stat_activity"
        " WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"
    )
    for level in ("REPEATABLE READ", "AUTOCOMMIT"):
        engine = create_engine(url, isolation_level=level)

        with hold_migration_lock(engine, Wait(0, print), HERE):
            found = execute_sql(postgres_url, states)

        assert found == [("idle in transaction", None)]
        engine.dispose()


def test_lock_outlives_the_servers_limit_for_idle_transactions(postgres_url: str) -> None:
    """Another transaction that idles is ended meanwhile."""
    name = postgres_url.rpartition("?")[0].rpartition("/")[2]
    setting = "idle_in_transaction_session_timeout = '50ms'"
    execute_sql(postgres_url, f"ALTER DATABASE {name} SET {setting}")
    engine = create_engine(with_driver(postgres_url, "psycopg2"))

    with hold_migration_lock(engine, Wait(0, print), HERE), engine.connect() as idle:
        pid = idle.scalar(text("SELECT pg_backend_pid()"))
        alive = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"  # noqa: S608 - a number
        wait_until(lambda: execute_sql(postgres_url, alive) == [(0,)], "end of the idle one")
        assert execute_sql(postgres_url, HELD) == [(1,)]
        idle.invalidate()
    engine.dispose()


@pytest.mark.parametrize("mode", ["transaction", "session"])
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_lock_holds_through_a_pooler_and_does_not_stay_behind(
    postgres_url: str, driver: str, mode: str
) -> None:
    """PgBouncer keeps the connection, and whoever comes next gets the lock at once."""
    with serve_pgbouncer(postgres_url, mode) as url:
        first, other = (create_engine(with_driver(url, driver)) for _ in range(2))
        said: list[str] = []

        with hold_migration_lock(first, Wait(0, said.append), HERE):
            # Often enough for psycopg to prepare the statement, which the pooler would not know.
            refused = run_elsewhere(lambda: take(other, Wait(1, said.append)))
            assert execute_sql(postgres_url, HELD) == [(1,)]

        assert refused == "another runner holds the migration lock for over 1 s"
        assert execute_sql(postgres_url, HELD) == [(0,)]
        assert run_elsewhere(lambda: take(other, Wait(0, print))) is None
        assert said == ["the database is locked, waiting up to 1 s: another runner is migrating"]
        first.dispose()
        other.dispose()


def take(engine: Engine, wait: Wait) -> str | None:
    """Take the lock for a moment, and give why it could not be taken."""
    try:
        with hold_migration_lock(engine, wait, HERE):
            return None
    except ProfileError as error:
        return error.diagnostics[0].message


def run_elsewhere(call: Callable[[], str | None]) -> str | None:
    """Call in a thread, which holds no lock of this one's, and give the result."""
    return start_call(call, "elsewhere").result(30)


def test_a_lost_connection_does_not_hide_that_the_work_is_done(postgres_url: str) -> None:
    """The server has given the lock back by itself."""
    engine = create_engine(with_driver(postgres_url, "psycopg2"))
    end = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"

    said: list[str] = []
    with hold_migration_lock(engine, Wait(0, said.append), HERE):
        assert execute_sql(postgres_url, end) == [(True,)]

    assert not is_lock_held(engine)
    assert "the migration lock was lost" in said[0]
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
