"""Hold a database's own lock while migrating, so that one runner migrates and others wait."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from assembler.database.sqlite import is_busy
from assembler.database.state import find_first_line
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection

    from assembler.database.state import Wait
    from assembler.diagnostics.diagnostic import Place

__all__ = ["SIDE_FILE_SUFFIX", "hold_migration_lock", "is_lock_held"]

# PostgreSQL keeps advisory locks by database, so one number does for every app.
ADVISORY_KEY = 0x6173_6D5F_6D69_6772
SIDE_FILE_SUFFIX = "-migrating"
TRY_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
# What may end a transaction that waits for the migration; older servers lack the second.
KEEP_OPEN = text(
    "SELECT set_config(name, '0', true) FROM pg_settings"
    " WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')"
)

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
    """Hold PostgreSQL's advisory lock of one open transaction, which a pooler keeps on one server.

    Whoever waits asks again and again, each time in a short transaction: an index that is made
    concurrently waits for every open statement, and so does a statement that waits for the lock.
    For the same reason the transaction must keep no snapshot, as READ COMMITTED does.
    """
    # A pool of its own: the app's may have room for one connection, which the migration needs.
    own = Engine(engine.pool.recreate(), engine.dialect, engine.url)
    try:
        with own.execution_options(isolation_level="READ COMMITTED").connect() as connection:
            driver: Any = connection.connection.driver_connection
            if hasattr(driver, "prepare_threshold"):  # psycopg; a pooler may change the server
                driver.prepare_threshold = None
            _wait_for(partial(_try_advisory_lock, connection), wait, place)
            yield
            try:
                connection.rollback()
            except DBAPIError as error:
                fault = find_first_line(error)
                wait.emit(f"the migration lock was lost, others may have migrated as well: {fault}")
    finally:
        own.dispose()


def _try_advisory_lock(connection: Connection) -> bool:
    if connection.scalar(TRY_LOCK, {"key": ADVISORY_KEY}):
        connection.execute(KEEP_OPEN)
        return True
    connection.rollback()
    return False


@contextmanager
def _hold_side_file(engine: Engine, wait: Wait, place: Place) -> Iterator[None]:
    """Hold SQLite's own lock on an empty database next to the one that is migrated.

    The migration itself has to write to that one. The file stays: removing it would remove the lock
    that others wait for. A database in memory is visible to nobody else, and needs no lock.
    """
    with ExitStack() as held:
        _wait_for(lambda: _try_side_file(engine, held, place), wait, place)
        yield


def _try_side_file(engine: Engine, held: ExitStack, place: Place) -> bool:
    side = None
    try:
        file = _find_file(engine)
        if not file:
            return True
        side = f"{file}{SIDE_FILE_SUFFIX}"
        lock = sqlite3.connect(side, timeout=0, isolation_level=None)
        held.callback(lock.close)
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        held.close()
        if is_busy(error):
            return False
        message = f'the lock file "{side}" cannot be used: {error}'
        hint = "Make the folder of the database writable for this process."
        raise ProfileError([codes.MIGRATION_LOCK.at(place, message, hint=hint)]) from error
    return True


def _find_file(engine: Engine) -> str:
    """Return the file of a SQLite database, asked of the driver alone: it takes no lock of it."""
    connection = engine.raw_connection()
    try:
        rows = connection.cursor().execute("PRAGMA database_list").fetchall()
    finally:
        connection.close()
    return next(file or "" for _, name, file in rows if name == "main")


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
