"""Write one row within a time limit, or not at all."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, StaticPool

from assembler.database.bounded import start_call
from assembler.database.sqlite import is_busy
from assembler.diagnostics.failures import describe_failure
from assembler.journal.table import find_table_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Table

__all__ = ["build_engine", "limit_waiting", "write_row"]

CONNECT = {"connect_timeout": 2}
LOCK_SECONDS = 1.0
STATEMENT_SECONDS = 1.5
# What drivers call the time that they wait to connect (SQLite: for a lock). With any other driver
# the limit holds as well, but the thread lives on for a while.
CONNECT_ARGUMENTS: dict[str, dict[str, Any]] = {
    "psycopg2": CONNECT,
    "psycopg": CONNECT,
    "pymysql": CONNECT,
    "mysqldb": CONNECT,
    "pysqlite": {"timeout": LOCK_SECONDS},
}


def build_engine(engine: Engine, engine_options: dict[str, Any]) -> Engine:
    """Return an engine for the database of ``engine`` that keeps no connection.

    A server that forks after loading the app would pass a connection of the app's own pool to its
    workers. A database in memory has only one connection: its engine is returned.

    Args:
        engine: The app's.
        engine_options: What it was made with.
    """
    if isinstance(engine.pool, StaticPool):
        return engine
    options = {
        name: value
        for name, value in engine_options.items()
        if not name.startswith("pool") and name not in {"url", "max_overflow", "echo_pool"}
    }
    known = CONNECT_ARGUMENTS.get(engine.dialect.driver, {})
    options["connect_args"] = {**known, **options.get("connect_args", {})}
    return create_engine(engine.url, poolclass=NullPool, **options)


def write_row(
    open_engine: Callable[[], Engine],
    table: Table,
    row: dict[str, Any],
    limit_seconds: float,
    then: Callable[[Connection], str | None] = lambda _: None,
) -> str | None:
    """Write one row, in a thread that is left behind if it takes too long.

    A table of an earlier version gets the row without what it lacks.

    Args:
        open_engine: Opens the database.
        table: The row's.
        row: By the names of its columns.
        limit_seconds: How long to wait.
        then: Called with the connection once the row is there; returns what it could not do.

    Returns:
        Why there is no row, or not all of it; ``None``: there is one.
    """
    deadline = time.monotonic() + limit_seconds
    # Taken once: by the thread, to commit, or by whoever waits, to go on without the row.
    decision = threading.Lock()
    is_there = threading.Event()

    def write() -> str | None:
        with open_engine().connect() as connection:
            fault = _insert(connection, table, row)
            if time.monotonic() >= deadline or not decision.acquire(blocking=False):
                return f"the database did not take the row within {limit_seconds:g} s"
            connection.commit()
            is_there.set()
            return fault or then(connection)

    written = start_call(write, "assembler-journal")
    try:
        error = written.exception(limit_seconds)
    except TimeoutError:
        if is_there.is_set():
            return f"the database did not take what it was made of within {limit_seconds:g} s"
        if not decision.acquire(blocking=False):
            return f"the database did not confirm the row within {limit_seconds:g} s"
    else:
        if error is not None:
            # The driver's own error: SQLAlchemy's shows the statement with its values.
            return describe_failure(getattr(error, "orig", None) or error).text
        return written.result()
    return f"the database did not take the row within {limit_seconds:g} s"


def _insert(connection: Connection, table: Table, row: dict[str, Any]) -> str | None:
    """Insert the row, or as much of it as the table has columns for; return what is lacking."""
    try:
        limit_waiting(connection)
        connection.execute(table.insert().values(row))
    except DBAPIError as error:
        if is_busy(error.orig):
            raise
        connection.rollback()
        limit_waiting(connection)
        fault = find_table_fault(connection, table)
        if fault is None:
            raise
        known = {name: value for name, value in row.items() if name not in fault.lacking}
        if known:
            connection.execute(table.insert().values(known))
        return fault.text
    return None


def limit_waiting(connection: Connection) -> None:
    """Make the server itself give up this transaction in time, so that it keeps nothing of ours."""
    if connection.dialect.name == "postgresql":
        for setting, seconds in (
            ("lock_timeout", LOCK_SECONDS),
            ("statement_timeout", STATEMENT_SECONDS),
        ):
            connection.exec_driver_sql(f"SET LOCAL {setting} = {seconds * 1000:.0f}")
