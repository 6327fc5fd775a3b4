"""Compare an app's database with the revisions of its code: at head, behind, ahead, away."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import String, column, inspect, select, table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from assembler.database.bounded import start_call
from assembler.database.revision_files import find_gap, find_heads, parse_revisions
from assembler.database.sqlite import is_busy
from assembler.database.url import AT_HINT
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.files import is_file
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from sqlalchemy import Connection, Engine

__all__ = [
    "DatabaseState",
    "DatabaseStatus",
    "Revisions",
    "Target",
    "Wait",
    "find_database_state",
    "find_first_line",
    "find_place",
    "find_target",
    "read_state",
    "wait_for_database",
]

POLL_SECONDS = 0.1
# What a server answers that waiting does not change.
REFUSALS = (
    *("authentication failed", "does not exist", "no pg_hba.conf entry"),
    "statement pooling mode",  # PgBouncer's, in which there are no transactions
)

Result = TypeVar("Result")


class DatabaseStatus(StrEnum):
    """How a database compares with the code."""

    HEAD = "head"
    BEHIND = "behind"
    AHEAD = "ahead"  # it has a revision of newer code, which this code does not know
    AWAY = "away"
    NONE = "none"  # there is no database, or there are no revisions to compare it with


class DatabaseState(NamedTuple):
    """A status, the database's revision, the code's head, and what else to know."""

    status: DatabaseStatus
    current: str | None = None  # several branches: joined by ", "
    head: str | None = None
    detail: str | None = None


class Revisions(NamedTuple):
    """The revisions of a project's code."""

    known: frozenset[str]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Target:
    """What to migrate: an app's default database, and where its revisions are."""

    engine: Engine
    place: Place
    directory: Path
    configure_args: dict[str, Any]  # what the project gave Flask-Migrate for Alembic
    scrub: Callable[[str], str] = mask_text  # masks the secrets that the app knows

    def load_revisions(self) -> Revisions:
        """Read the revisions, which imports their modules; remembered until the folder changes."""
        versions = self.directory / "versions"
        return _load_revisions(
            self.directory, versions.stat().st_mtime_ns if versions.is_dir() else 0
        )


class Wait(NamedTuple):
    """How long to wait for something, and where to say so."""

    timeout_seconds: float
    emit: Callable[[str], None]

    def until(self, attempt: Callable[[float], str | None], words: str) -> str | None:
        """Call ``attempt`` until it returns ``None`` or time is up, and return its last fault.

        Args:
            attempt: Takes the seconds that are left; returns why it has to be tried again.
            words: What is emitted before the wait.
        """
        deadline = time.monotonic() + self.timeout_seconds
        has_said = False
        while (fault := attempt(max(deadline - time.monotonic(), POLL_SECONDS))) is not None:
            if time.monotonic() + POLL_SECONDS > deadline:
                break
            if not has_said:
                self.emit(f"{words}, waiting up to {self.timeout_seconds:g} s: {fault}")
                has_said = True
            time.sleep(POLL_SECONDS)
        return fault


def find_target(app: Flask) -> Target | None:
    """Return what to migrate; ``None`` without a default database, or without revisions.

    Needs the app's context.
    """
    engine = _find_engine(app)
    migrate = app.extensions.get("migrate")
    if engine is None or migrate is None:
        return None
    directory = Path(migrate.directory)
    if not is_file(directory / "env.py"):
        return None
    return Target(engine, find_place(app), directory, migrate.configure_args, _get_scrub(app))


def _get_scrub(app: Flask) -> Callable[[str], str]:
    """Return what masks the secrets that the app's report knows of."""
    scrub: Callable[[str], str] = getattr(app.extensions.get("assembler"), "scrub", mask_text)
    return scrub


def find_place(app: Flask) -> Place:
    """Return the profile that the app came from, else the app's own name."""
    report = app.extensions.get("assembler")
    return Place(getattr(report, "path", app.import_name))


def find_database_state(app: Flask, *, timeout_seconds: float = 2.0) -> DatabaseState:
    """Ask the database for its revision, and compare; a database that is away is no error.

    Opens a connection of the app's pool, and reads the revisions' files without running them. Those
    that cannot be read count as behind.
    """
    with app.app_context():
        engine, target = _find_engine(app), find_target(app)
    if engine is None:
        return DatabaseState(DatabaseStatus.NONE, detail="the app has no database")
    try:
        state = _call_within(timeout_seconds, engine, lambda: _ask(engine, target))
    except (SQLAlchemyError, OSError) as error:
        state = DatabaseState(DatabaseStatus.AWAY, detail=_describe_away(error, timeout_seconds))
    return state._replace(detail=state.detail and _get_scrub(app)(state.detail))


def _ask(engine: Engine, target: Target | None) -> DatabaseState:
    with engine.connect() as connection:
        if target is None:
            return DatabaseState(DatabaseStatus.NONE, detail="the app has no revisions")
        try:
            files = parse_revisions(target.directory)
            fault = files and find_gap(files)
        except (OSError, ValueError, SyntaxError, RecursionError, MemoryError) as error:
            detail = f"the revisions cannot be read: {find_first_line(error)}"
            return DatabaseState(DatabaseStatus.BEHIND, detail=detail)
        if files is None:
            detail = "the revisions cannot be read without running them"
            return DatabaseState(DatabaseStatus.NONE, detail=detail)
        if fault:
            return DatabaseState(DatabaseStatus.BEHIND, detail=fault[1])
        heads = tuple(sorted(head.revision for head in find_heads(files)))
        return read_state(connection, target, Revisions(frozenset(files), heads))


def read_state(
    connection: Connection, target: Target, revisions: Revisions | None = None
) -> DatabaseState:
    """Compare the database's revision with the code's; leaves no transaction open.

    Args:
        connection: To the database.
        target: Whose revision it is.
        revisions: Those of the code; ``None``: load them, which runs their modules.
    """
    current = _read_current(connection, target.configure_args)
    revisions = revisions or target.load_revisions()
    status, detail = DatabaseStatus.BEHIND, None
    unknown = [revision for revision in current if revision not in revisions.known]
    if unknown:
        status = DatabaseStatus.AHEAD
        detail = f'this code does not know the revision "{", ".join(unknown)}"'
    elif set(current) == set(revisions.heads):
        status = DatabaseStatus.HEAD
    return DatabaseState(status, _join(current), _join(revisions.heads), detail)


def wait_for_database(target: Target, wait: Wait) -> None:
    """Return once the database accepts a connection.

    Raises:
        ProfileError: it did not in time, or it refuses for a reason that time does not change.
    """
    engine = target.engine
    shown = mask_text(engine.url.render_as_string(hide_password=False))

    def fail(fault: str) -> ProfileError:
        message = f'no connection to the database "{shown}": {fault}'
        hint = "Start the database, or fix its URL in the app's config."
        if "@" in (engine.url.host or ""):
            hint = AT_HINT
        return ProfileError([codes.DATABASE_AWAY.at(target.place, message, hint=hint)])

    def connect(seconds: float) -> str | None:
        try:
            _call_within(seconds, engine, lambda: engine.connect().close())
        except (SQLAlchemyError, OSError) as error:
            fault = target.scrub(_describe_away(error, seconds))
            # A SQLite file that cannot be opened is nobody's to start.
            is_file = engine.dialect.name == "sqlite" and not is_busy(getattr(error, "orig", None))
            if is_file or any(words in fault for words in REFUSALS):
                raise fail(fault) from error
            return fault
        return None

    fault = wait.until(connect, "the database is away")
    if fault is not None:
        raise fail(fault)


def find_first_line(error: BaseException) -> str:
    """Return the first line of an error, without what was sent to the database, secrets masked."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return mask_text(lines[0])


def _describe_away(error: Exception, timeout_seconds: float) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout_seconds:.3g} s"
    return find_first_line(error)


def _find_engine(app: Flask) -> Engine | None:
    migrate = app.extensions.get("migrate")
    db = app.extensions.get("sqlalchemy") if migrate is None else migrate.db
    engine: Engine | None = None if db is None else db.engines.get(None)
    return engine


def _read_current(connection: Connection, configure_args: dict[str, Any]) -> tuple[str, ...]:
    """Read Alembic's table; its own context would log two lines at every readiness check."""
    name = configure_args.get("version_table", "alembic_version")
    schema = configure_args.get("version_table_schema")
    try:
        if not inspect(connection).has_table(name, schema):
            return ()
        version = column("version_num", String)
        return tuple(
            connection.scalars(select(version).select_from(table(name, version, schema=schema)))
        )
    finally:
        connection.rollback()


def _call_within(timeout_seconds: float, engine: Engine, call: Callable[[], Result]) -> Result:
    """Call, and stop waiting when the time is over; the call then ends by itself, unheard.

    No driver bounds every wait by itself: psycopg2 with a wait callback ignores connect_timeout.
    """
    if isinstance(engine.pool, (SingletonThreadPool, StaticPool)):
        return call()  # a database in memory belongs to its thread, and keeps nobody waiting
    return start_call(call, "assembler-database").result(timeout_seconds)


@lru_cache(maxsize=8)  # each readiness check asks, and reading imports every revision
def _load_revisions(directory: Path, _changed_ns: int) -> Revisions:
    # Here, because an app without revisions has no use for Alembic.
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config(directory / "alembic.ini")
    config.set_main_option("script_location", str(directory).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    known = frozenset(revision.revision for revision in script.walk_revisions())
    return Revisions(known, tuple(sorted(script.get_heads())))


def _join(revisions: tuple[str, ...]) -> str | None:
    return ", ".join(sorted(revisions)) or None
