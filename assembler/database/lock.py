"""Hold a database's own lock while migrating, so that one runner migrates and others wait."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from assembler.database.sqlite import is_busy
from assembler.database.state import find_first_line
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import URL, Connection

    from assembler.database.waiting import Wait
    from assembler.diagnostics.diagnostic import Place

__all__ = ["SIDE_FILE_SUFFIX", "hold_migration_lock", "is_lock_held"]

# PostgreSQL keeps advisory locks by database, so one number does for every app.
ADVISORY_KEY = 0x6173_6D5F_6D69_6772
SIDE_FILE_SUFFIX = "-migrating"
HELD_ELSEWHERE = "another runner is migrating"
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
    lock = _AdvisoryLock(engine)
    try:
        _wait_for(lock.take, wait, place)
        engine.dispose()  # what its pool keeps may be from before the server restarted
        yield
        try:
            lock.give_back()
        except DBAPIError as error:
            fault = find_first_line(error)
            wait.emit(f"the migration lock was lost, others may have migrated as well: {fault}")
    finally:
        lock.close()


class _AdvisoryLock:
    """A connection that asks for the lock; a new one is opened where the server has gone."""

    def __init__(self, engine: Engine) -> None:
        # A pool of its own: the app's may have room for one connection, which the migration needs.
        own = Engine(engine.pool.recreate(), engine.dialect, engine.url)
        self._engine = own.execution_options(isolation_level="READ COMMITTED")
        self._connection: Connection | None = None

    def take(self) -> str | None:
        """Return why the lock cannot be had now; ``None``: it is held."""
        try:
            if self._connection is None:
                self._connection = self._connect()
            if self._connection.scalar(TRY_LOCK, {"key": ADVISORY_KEY}):
                self._connection.execute(KEEP_OPEN)
                return None
            self._connection.rollback()
        except OperationalError as error:  # the server restarts, or has no connection left
            self.close()
            return find_first_line(error)
        return HELD_ELSEWHERE

    def give_back(self) -> None:
        if self._connection is not None:
            self._connection.rollback()

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):  # its server has gone
                connection.invalidate()
                connection.close()
        self._engine.dispose()

    def _connect(self) -> Connection:
        connection = self._engine.connect()
        driver: Any = connection.connection.driver_connection
        if hasattr(driver, "prepare_threshold"):  # psycopg; a pooler may change the server
            driver.prepare_threshold = None
        return connection


@contextmanager
def _hold_side_file(engine: Engine, wait: Wait, place: Place) -> Iterator[None]:
    """Hold SQLite's own lock on an empty database next to the one that is migrated.

    The migration itself has to write to that one. The file stays: removing it would remove the lock
    that others wait for. A database in memory is visible to nobody else, and needs no lock.
    """
    with ExitStack() as held:
        _wait_for(
            lambda: None if _try_side_file(engine, held, place) else HELD_ELSEWHERE, wait, place
        )
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


def _wait_for(take: Callable[[], str | None], wait: Wait, place: Place) -> None:
    fault = wait.until(lambda _seconds: take(), "the database is locked")
    if fault is None:
        return
    message = f"another runner holds the migration lock for over {wait.timeout_seconds:g} s"
    hint = "Let the other runner finish, or end it, and run this again."
    if fault != HELD_ELSEWHERE:
        message = (
            f"the migration lock cannot be asked for, {wait.timeout_seconds:g} s long: {fault}"
        )
        hint = "Make sure that the database stays up, and run this again."
    raise ProfileError([codes.MIGRATION_LOCK.at(place, message, hint=hint)])


LOCKS = {"postgresql": _hold_advisory_lock, "sqlite": _hold_side_file}
