"""A row that is written in time, or not at all."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Column, Engine, MetaData, Table, create_engine, event, func, select
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from assembler.journal.attempt import build_engine, write_row
from assembler.journal.record import build_row
from assembler.journal.table import declare_boots
from tests.support.postgres import with_driver
from tests.support.step_context import build_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BOOTS = declare_boots(MetaData())
LONG_SECONDS = 10.0
SHORT_SECONDS = 0.1
LOCKS = {
    "sqlite": "BEGIN EXCLUSIVE",
    "postgresql": "LOCK TABLE assembler_boots IN ACCESS EXCLUSIVE MODE",
}


def write_boot(engine: Engine, limit_seconds: float = LONG_SECONDS) -> str | None:
    """Write one boot to the database of ``engine``, which keeps its own pool out of it."""
    return write_boot_through(lambda: build_engine(engine, {}), limit_seconds)


def write_boot_through(open_engine: Callable[[], Engine], limit_seconds: float) -> str | None:
    """Write one boot."""
    return write_row(open_engine, BOOTS, build_row(build_report()), limit_seconds)


def count_boots(engine: Engine) -> int:
    """Return the number of rows."""
    with engine.connect() as connection:
        return connection.scalars(select(func.count()).select_from(BOOTS)).one()


def join_writers() -> None:
    """Wait until no attempt is under way any more."""
    for thread in threading.enumerate():
        if thread.name == "assembler-journal":
            thread.join(LONG_SECONDS)
            assert not thread.is_alive()


@pytest.fixture(params=["sqlite", "psycopg2", "psycopg"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Return an engine for a database with the table: a file, or PostgreSQL by either driver."""
    url = f"sqlite:///{tmp_path / 'boots.db'}"
    if request.param != "sqlite":
        url = with_driver(request.getfixturevalue("postgres_url"), request.param)
    engine = create_engine(url)
    BOOTS.create(engine)
    yield engine
    engine.dispose()


def test_a_row_is_written_and_the_apps_pool_is_left_alone(engine: Engine) -> None:
    """A server that forks afterwards hands no connection to two workers."""
    engine.dispose()

    reason = write_boot(engine)

    assert reason is None
    assert isinstance(engine.pool, QueuePool)
    assert engine.pool.checkedin() == 0
    assert count_boots(engine) == 1


def test_a_locked_table_is_given_up(engine: Engine) -> None:
    """The database itself stops waiting, so nothing of ours queues up behind the lock."""
    with engine.connect() as other:
        other.exec_driver_sql(LOCKS[engine.dialect.name])

        reason = write_boot(engine)
        join_writers()

    assert reason is not None
    assert "lock" in reason
    assert count_boots(engine) == 0


def test_an_older_table_gets_what_it_has_columns_for(engine: Engine) -> None:
    """The app serves, the boot is kept, and the remedy is told."""
    older = MetaData()
    BOOTS.drop(engine)
    columns = [
        Column(one.name, one.type, primary_key=one.primary_key)
        for one in BOOTS.columns
        if one.name not in {"kind", "generation"}
    ]
    Table(BOOTS.name, older, *columns).create(engine)

    reason = write_boot(engine)

    assert reason == (
        "the table assembler_boots lacks the columns generation and kind: "
        "run `assembler flask PROFILE db migrate`, then `assembler migrate PROFILE`"
    )
    assert count_boots(engine) == 1


def test_an_older_process_may_write_to_the_newer_table(engine: Engine) -> None:
    """Of a deployment that migrates first, the old replicas write on for a while."""
    row = build_row(build_report())
    del row["kind"]

    assert write_row(lambda: build_engine(engine, {}), BOOTS, row, LONG_SECONDS) is None
    with engine.connect() as connection:
        assert connection.scalars(select(BOOTS.c.kind)).all() == ["boot"]


def test_a_table_that_is_not_there_is_said_without_what_was_sent(engine: Engine) -> None:
    """The database is behind; its own words say so, and the report that was sent is not shown."""
    BOOTS.drop(engine)

    reason = write_boot(engine)

    assert reason is not None
    assert reason.startswith("the database has no table assembler_boots: run `assembler flask ")
    assert "INSERT" not in reason
    assert "profiles/web.yaml" not in reason


def test_a_row_that_comes_too_late_is_taken_back(engine: Engine) -> None:
    """Whoever waited has gone on and said that there is no row: then there must be none."""
    has_gone_on = threading.Event()
    slow = create_engine(engine.url, poolclass=NullPool)
    event.listen(slow, "after_cursor_execute", lambda *_: has_gone_on.wait(LONG_SECONDS))

    reason = write_boot_through(lambda: slow, SHORT_SECONDS)
    has_gone_on.set()
    join_writers()

    assert reason == "the database did not take the row within 0.1 s"
    assert count_boots(engine) == 0


def test_a_commit_that_is_not_confirmed_in_time_is_said_to_be_just_that(engine: Engine) -> None:
    """Once it is under way nobody can take it back, and the report does not claim so."""
    has_gone_on = threading.Event()
    slow = create_engine(engine.url, poolclass=NullPool)
    event.listen(slow, "commit", lambda *_: has_gone_on.wait(LONG_SECONDS))

    reason = write_boot_through(lambda: slow, 1.0)
    has_gone_on.set()
    join_writers()

    assert reason == "the database did not confirm the row within 1 s"


def test_a_database_that_never_answers_is_left_behind() -> None:
    """The wait ends although the driver's own does not."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = create_engine(f"postgresql+psycopg2://u@127.0.0.1:{silent.getsockname()[1]}/x")

        reason = write_boot(engine, SHORT_SECONDS)

    join_writers()
    assert reason == "the database did not take the row within 0.1 s"


def test_a_refused_connection_says_so() -> None:
    """The reason is the driver's, in one line."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        engine = create_engine(f"postgresql+psycopg2://u@127.0.0.1:{closed.getsockname()[1]}/x")

        reason = write_boot(engine)

    assert reason is not None
    assert "Connection refused" in reason
    assert "\n" not in reason


def test_a_database_in_memory_is_written_through_its_only_connection() -> None:
    """Another engine would have another, empty database."""
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    BOOTS.create(engine)

    reason = write_boot(engine)

    assert reason is None
    assert count_boots(engine) == 1
    engine.dispose()


def test_the_projects_own_engine_options_are_kept_but_for_the_pool(tmp_path: Path) -> None:
    """Certificates and the like are needed here too; sizes are of no use without a pool."""
    seen: list[Any] = []
    options = {
        "pool_size": 3,
        "max_overflow": 1,
        "pool_pre_ping": True,
        "echo": False,
        "connect_args": {"timeout": 0.25, "isolation_level": None},
    }
    app_engine = create_engine(f"sqlite:///{tmp_path / 'boots.db'}", **options)

    engine = build_engine(app_engine, options)
    event.listen(engine, "do_connect", lambda *arguments: seen.append(arguments[-1]))
    engine.connect().close()

    assert isinstance(engine.pool, NullPool)
    assert {"timeout": 0.25, "isolation_level": None}.items() <= seen[0].items()
