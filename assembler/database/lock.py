"""Hold a database's own lock while migrating, so that one runner migrates and others wait."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL

    from assembler.database.state import Wait
    from assembler.diagnostics.diagnostic import Place

__all__ = ["SIDE_FILE_SUFFIX", "hold_migration_lock", "is_lock_held"]

# PostgreSQL keeps advisory locks by database, so one number does for every app.
ADVISORY_KEY = 0x6173_6D5F_6D69_6772
SIDE_FILE_SUFFIX = "-migrating"

# An env.py that runs inside the command that holds the lock must not wait for it.
HELD: ContextVar[frozenset[URL]] = ContextVar("assembler_migration_locks", default=frozenset())


def is_lock_held(engine: Engine) -> bool:
    """Return whether this process, further up in the same call, holds the database's lock."""
    return engine.url in HELD.get()


@contextmanager
def hold_migration_lock(engine: Engine, wait: Wait, place: Place) -> Iterator[None]:
    """Hold the lock of the engine's database; does nothing where it is held already.

    Opens a connection of its own. A kind of database whose lock is not known here is migrated
    without one, with a message.

    Raises:
        ProfileError: another runner holds the lock for longer than ``wait`` allows.
    """
    if is_lock_held(engine):
        yield
        return
    hold = LOCKS.get(engine.dialect.name, _hold_nothing)
    with hold(engine, wait, place):
        token = HELD.set(HELD.get() | {engine.url})
        try:
            yield
        finally:
            HELD.reset(token)


@contextmanager
def _hold_advisory_lock(engine: Engine, wait: Wait, place: Place) -> Iterator[None]:
    """Hold PostgreSQL's session lock, which ends with the connection."""
    # A pool of its own: the app's may have room for one connection, which the migration needs.
    own = Engine(engine.pool.recreate(), engine.dialect, engine.url)
    key = {"key": ADVISORY_KEY}
    try:
        # In AUTOCOMMIT no transaction stays open around the migration's own.
        with own.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            take = text("SELECT pg_try_advisory_lock(:key)")
            _wait_for(lambda: bool(connection.scalar(take, key)), wait, place)
            try:
                yield
            finally:
                with suppress(DBAPIError):  # a connection that is lost has given the lock back
                    connection.scalar(text("SELECT pg_advisory_unlock(:key)"), key)
    finally:
        own.dispose()


@contextmanager
def _hold_side_file(engine: Engine, wait: Wait, place: Place) -> Iterator[None]:
    """Hold SQLite's own lock on an empty database next to the one that is migrated.

    The migration itself has to write to that one. The file stays: removing it would remove the lock
    that others wait for. A database in memory is visible to nobody else, and needs no lock.
    """
    with engine.connect() as connection:
        files = {row[1]: row[2] for row in connection.exec_driver_sql("PRAGMA database_list")}
    if not files["main"]:
        yield
        return
    side = f"{files['main']}{SIDE_FILE_SUFFIX}"
    with ExitStack() as held:
        _wait_for(lambda: _try_side_file(side, held, place), wait, place)
        yield


def _try_side_file(side: str, held: ExitStack, place: Place) -> bool:
    try:
        lock = sqlite3.connect(side, timeout=0, isolation_level=None)
        held.callback(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        held.close()
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        message = f'the lock file "{side}" cannot be used: {error}'
        hint = "Make the folder of the database writable for this process."
        raise ProfileError([codes.MIGRATION_LOCK.at(place, message, hint=hint)]) from error
    return True


@contextmanager
def _hold_nothing(engine: Engine, wait: Wait, place: Place) -> Iterator[None]:  # noqa: ARG001 - one form for all
    name = engine.dialect.name
    wait.emit(f"no lock is known for {name}: make sure that nobody else migrates this database")
    yield


def _wait_for(take: Callable[[], bool], wait: Wait, place: Place) -> None:
    fault = wait.until(
        lambda _seconds: None if take() else "another runner is migrating", "the database is locked"
    )
    if fault is not None:
        message = f"another runner holds the migration lock for over {wait.timeout_seconds:g} s"
        hint = "Let the other runner finish, or end it, and run this again."
        raise ProfileError([codes.MIGRATION_LOCK.at(place, message, hint=hint)])


LOCKS = {"postgresql": _hold_advisory_lock, "sqlite": _hold_side_file}
