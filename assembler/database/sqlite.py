"""Make migrations of SQLite all or nothing, which Python's driver does not do by itself."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import Dialect
    from sqlalchemy.pool import ConnectionPoolEntry

__all__ = ["find_database_file", "is_busy", "make_missing_empty", "make_transactional"]


def is_busy(error: BaseException | None) -> bool:
    """Return whether SQLite failed because another process is using the database."""
    code = getattr(error, "sqlite_errorcode", None) or 0
    return code & 0xFF == sqlite3.SQLITE_BUSY  # the rest says which kind of it


@contextmanager
def make_transactional(engine: Engine) -> Iterator[None]:
    """Put every transaction of a SQLite engine, DDL too, between a real BEGIN and COMMIT.

    Alembic makes one for each revision, and can then roll it back. Any other engine is left alone.

    Foreign keys cannot be turned off inside a transaction, and with them on, rebuilding a table
    empties those that refer to it. So they are off meanwhile, as SQLite's documentation recommends,
    and a commit that would leave a new dangling reference is refused.

    Source: https://www.sqlite.org/lang_altertable.html, section 7.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    keys = _ForeignKeys()
    listeners = [
        ("engine_connect", keys.turn_off),
        ("begin", _begin),
        ("commit", keys.check),
    ]
    for name, listener in listeners:
        event.listen(engine, name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(engine, name, listener)
        keys.turn_on()


@contextmanager
def make_missing_empty(engine: Engine) -> Iterator[None]:
    """Have a SQLite file that is missing read as the empty database that it will be.

    Connecting would create it. Any other engine is left alone.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    event.listen(engine, "do_connect", _connect_in_memory)
    try:
        yield
    finally:
        event.remove(engine, "do_connect", _connect_in_memory)
        engine.dispose()


def find_database_file(engine: Engine) -> Path | None:
    """Return the file of a SQLite engine, which need not exist; ``None``: it has none."""
    if engine.dialect.name != "sqlite":
        return None
    args, options = engine.dialect.create_connect_args(engine.url)
    return _find_file(args, options)


def _connect_in_memory(
    _dialect: Dialect, _record: ConnectionPoolEntry | None, args: list[Any], options: dict[str, Any]
) -> None:
    file = _find_file(args, options)
    if file is not None and file.parent.is_dir() and not file.exists():
        args[0] = ":memory:"


def _find_file(args: Sequence[Any], options: Mapping[str, Any]) -> Path | None:
    name = str(args[0])
    if options.get("uri"):
        name = name.partition("?")[0].removeprefix("file:")
    return None if name in {"", ":memory:"} else Path(name)


def _begin(connection: Connection) -> None:
    """Begin where the driver would not, before DDL; at once for writing, so as not to deadlock."""
    if not _is_autocommit(connection) and not _get_driver_connection(connection).in_transaction:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


class _ForeignKeys:
    """The driver's connections on which foreign keys are off for now."""

    def __init__(self) -> None:
        """Remember each with the number of references that dangled before."""
        self.dangling: dict[sqlite3.Connection, int] = {}

    def turn_off(self, connection: Connection) -> None:
        driver = _get_driver_connection(connection)
        if driver not in self.dangling and driver.execute("PRAGMA foreign_keys").fetchone()[0]:
            self.dangling[driver] = len(_find_dangling(driver))
            driver.execute("PRAGMA foreign_keys = OFF")

    def check(self, connection: Connection) -> None:
        driver = _get_driver_connection(connection)
        if driver not in self.dangling or _is_autocommit(connection):
            return
        found = _find_dangling(driver)
        if len(found) > self.dangling[driver]:
            table, row_id, parent, _ = found[0]
            message = f'row {row_id} of "{table}" refers to a row of "{parent}" that is not there'
            raise sqlite3.IntegrityError(message)

    def turn_on(self) -> None:
        for driver in self.dangling:
            with suppress(sqlite3.ProgrammingError):  # it is closed by now
                driver.execute("PRAGMA foreign_keys = ON")


def _find_dangling(driver: sqlite3.Connection) -> list[tuple[str, int, str, int]]:
    return driver.execute("PRAGMA foreign_key_check").fetchall()


def _is_autocommit(connection: Connection) -> bool:
    return connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"


def _get_driver_connection(connection: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # the dialect says so
    return driver
