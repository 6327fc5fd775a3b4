"""Write one row within a time limit, or not at all."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool, StaticPool

from assembler.diagnostics.failures import describe_failure

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Insert

__all__ = ["WriteAttempt", "build_engine"]

CONNECT_SECONDS = 2
LOCK_SECONDS = 1.0
STATEMENT_SECONDS = 1.5
# What a driver calls the time that it waits to connect (SQLite: for a lock). Others wait as they
# do: the limit holds all the same, only the thread lives on for a while.
CONNECT_ARGUMENTS: dict[str, dict[str, Any]] = {
    "psycopg2": {"connect_timeout": CONNECT_SECONDS},
    "psycopg": {"connect_timeout": CONNECT_SECONDS},
    "pymysql": {"connect_timeout": CONNECT_SECONDS},
    "mysqldb": {"connect_timeout": CONNECT_SECONDS},
    "pysqlite": {"timeout": LOCK_SECONDS},
}


def build_engine(engine: Engine, engine_options: dict[str, Any]) -> Engine:
    """Make an engine for the database of ``engine`` that keeps no connection.

    A connection of the app's own pool would be inherited by the workers of a server that forks
    after it has loaded the app. A database in memory has one connection only: its engine is given
    back.

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


class WriteAttempt:
    """One row on its way, in a thread that is left behind if it takes too long."""

    def __init__(self, open_engine: Callable[[], Engine], statement: Insert) -> None:
        """Keep what to write, and where."""
        self._open_engine = open_engine
        self._statement = statement
        self._lock = threading.Lock()
        self._deadline = 0.0
        self._is_committing = False
        self._is_given_up = False
        self._is_written = False
        self._failure: str | None = None

    def run(self, limit_seconds: float) -> str | None:
        """Write, and give the reason why there is no row; ``None``: there is one."""
        self._deadline = time.monotonic() + limit_seconds
        thread = threading.Thread(target=self._write, name="assembler-journal", daemon=True)
        thread.start()
        thread.join(limit_seconds)
        with self._lock:
            if self._is_written:
                return None
            if self._failure is not None:
                return self._failure
            if self._is_committing:
                return f"the database did not confirm the row within {limit_seconds:g} s"
            self._is_given_up = True
            return f"the database did not take the row within {limit_seconds:g} s"

    def _write(self) -> None:
        try:
            with self._open_engine().connect() as connection:
                _limit_waiting(connection)
                connection.execute(self._statement)
                if self._may_commit():
                    connection.commit()
                    self._is_written = True
        except Exception as error:  # noqa: BLE001 - whatever it is, the app comes up without the row
            # The driver's own error: SQLAlchemy's shows the statement with its values.
            self._failure = describe_failure(getattr(error, "orig", None) or error).text

    def _may_commit(self) -> bool:
        """Ask once more before the row becomes real: whoever waits may have gone on without it."""
        with self._lock:
            self._is_committing = not self._is_given_up and time.monotonic() < self._deadline
            return self._is_committing


def _limit_waiting(connection: Connection) -> None:
    """Let the server itself give up in time, so that nothing of ours stays behind in it."""
    if connection.dialect.name == "postgresql":
        for setting, seconds in (
            ("lock_timeout", LOCK_SECONDS),
            ("statement_timeout", STATEMENT_SECONDS),
        ):
            connection.exec_driver_sql(f"SET LOCAL {setting} = {seconds * 1000:.0f}")
