"""Compare an app's database with the revisions of its code: at head, behind, ahead, away."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import String, column, inspect, select, table
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from assembler.database.bounded import start_call
from assembler.database.environment_file import read_environment_file
from assembler.database.revision_files import find_gap, find_heads, parse_revisions
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.files import is_file
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from flask import Flask
    from sqlalchemy import Connection, Engine

    from assembler.database.environment_file import VersionTable

__all__ = [
    "DatabaseState",
    "DatabaseStatus",
    "Revisions",
    "Target",
    "call_within",
    "describe_away",
    "find_database_state",
    "find_engines",
    "find_first_line",
    "find_place",
    "find_target",
    "get_target",
    "merge_states",
    "ping",
    "read_current",
]

Result = TypeVar("Result")


class DatabaseStatus(StrEnum):
    """How a database compares with the code."""

    HEAD = "head"
    BEHIND = "behind"
    AHEAD = "ahead"  # it has a revision of newer code, which this code does not know
    AWAY = "away"
    BUSY = "busy"  # all connections of the app's pool are in use
    NONE = "none"  # there is no database, or there are no revisions to compare it with


# From the one that matters most, where several databases are migrated together.
ORDER = (DatabaseStatus.AHEAD, DatabaseStatus.BEHIND, DatabaseStatus.HEAD)


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

    def compare(self, current: Collection[str]) -> DatabaseState:
        """Compare the revisions of a database, one for each of its branches, with the code's."""
        status, detail = DatabaseStatus.BEHIND, None
        unknown = [revision for revision in current if revision not in self.known]
        if unknown:
            status = DatabaseStatus.AHEAD
            detail = f'this code does not know the revision "{", ".join(unknown)}"'
        elif set(current) == set(self.heads):
            status = DatabaseStatus.HEAD
        return DatabaseState(status, _join(current), _join(self.heads), detail)


@dataclass(frozen=True, slots=True)
class Target:
    """What to migrate: an app's database, and where its revisions are."""

    engine: Engine
    place: Place
    directory: Path
    configure_args: dict[str, Any]  # what the project gave Flask-Migrate for Alembic
    scrub: Callable[[str], str] = mask_text  # masks the secrets that the app knows
    bind: str | None = None  # the engine's; ``None``: the default database


def find_target(app: Flask) -> Target | None:
    """Return what to migrate; ``None`` without a database, or without revisions.

    Of an app that has only binds it is the first of them. Needs the app's context.
    """
    engines = find_engines(app)
    migrate = app.extensions.get("migrate")
    if not engines or migrate is None:
        return None
    directory = Path(migrate.directory)
    if not is_file(directory / "env.py"):
        return None
    key = None if None in engines else min(engines, key=str)
    return Target(
        engines[key], find_place(app), directory, migrate.configure_args, _get_scrub(app), key
    )


def get_target(app: Flask) -> Target:
    """Return what to migrate, as `find_target` does.

    Raises:
        ProfileError: the app has no migrations.
    """
    target = find_target(app)
    if target is None:
        migrate = app.extensions.get("migrate")
        where = "" if migrate is None else f' in "{migrate.directory}"'
        hint = "Add the steps `database` and `migrate`, and create the folder with `flask db init`."
        message = f"the app has no migrations{where}"
        raise ProfileError([codes.NO_MIGRATIONS.at(find_place(app), message, hint=hint)])
    return target


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
    that cannot be read count as behind. Of several databases that are migrated together, the one
    that is the furthest from head decides.
    """
    with app.app_context():
        engines, target = find_engines(app), find_target(app)
    if not engines:
        return DatabaseState(DatabaseStatus.NONE, detail="the app has no database")
    engine = target.engine if target else next(iter(engines.values()))
    try:
        state = call_within(timeout_seconds, engine, lambda: _ask(engines, engine, target))
    except (SQLAlchemyError, OSError) as error:
        state = DatabaseState(DatabaseStatus.AWAY, detail=describe_away(error, timeout_seconds))
    return state._replace(detail=state.detail and _get_scrub(app)(state.detail))


def _ask(
    engines: Mapping[str | None, Engine], engine: Engine, target: Target | None
) -> DatabaseState:
    ping(engine)  # whether it answers comes before what its revisions are
    if target is None:
        return DatabaseState(DatabaseStatus.NONE, detail="the app has no revisions")
    try:
        files = parse_revisions(target.directory)
        fault = files and find_gap(files)
        environment = read_environment_file(target.directory / "env.py", target.configure_args)
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError) as error:
        detail = f"the revisions cannot be read: {find_first_line(error)}"
        return DatabaseState(DatabaseStatus.BEHIND, detail=detail)
    if files is None or environment.version_table is None:
        what = "the revisions" if files is None else "the database's revision"
        detail = f"{what} cannot be read without running env.py"
        return DatabaseState(DatabaseStatus.NONE, detail=detail)
    if fault:
        return DatabaseState(DatabaseStatus.BEHIND, detail=fault[1])
    heads = tuple(sorted(head.revision for head in find_heads(files)))
    revisions = Revisions(frozenset(files), heads)
    states = []
    for one in engines.values() if environment.has_binds else (engine,):
        with one.connect() as connection:
            states.append(revisions.compare(read_current(connection, environment.version_table)))
    return merge_states(states)


def ping(engine: Engine) -> None:
    """Ask the database something: a connection of the pool tells nothing of who is still there.

    Raises:
        SQLAlchemyError: if it does not answer.
    """
    try:
        _select_one(engine)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        _select_one(engine)  # the database was away meanwhile, and the pool has been emptied


def _select_one(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.scalar(select(1))


def merge_states(states: Sequence[DatabaseState]) -> DatabaseState:
    """Return the state of several databases that are migrated together."""
    worst = min(states, key=lambda state: ORDER.index(state.status))
    current = dict.fromkeys(state.current for state in states)
    return worst if len(current) == 1 else worst._replace(current=_join(filter(None, current)))


def find_first_line(error: BaseException) -> str:
    """Return the first line of an error, without what was sent to the database, secrets masked."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    return mask_text(lines[0])


def describe_away(error: Exception, timeout_seconds: float) -> str:
    """Return why a database did not answer within the time, secrets masked."""
    if isinstance(error, TimeoutError):
        return f"no answer within {timeout_seconds:.3g} s"
    return find_first_line(error)


def find_engines(app: Flask) -> Mapping[str | None, Engine]:
    """Return the engines of the app's database and binds, the default one's key ``None``."""
    migrate = app.extensions.get("migrate")
    db = app.extensions.get("sqlalchemy") if migrate is None else migrate.db
    engines: Mapping[str | None, Engine] = {} if db is None else db.engines
    return engines


def read_current(connection: Connection, version_table: VersionTable) -> tuple[str, ...]:
    """Read Alembic's table; its own context would log two lines at every readiness check."""
    name, schema = version_table
    try:
        if not inspect(connection).has_table(name, schema):
            return ()
        version = column("version_num", String)
        return tuple(
            connection.scalars(select(version).select_from(table(name, version, schema=schema)))
        )
    finally:
        connection.rollback()


def call_within(timeout_seconds: float, engine: Engine, call: Callable[[], Result]) -> Result:
    """Call, and stop waiting when the time is over; the call then ends by itself, unheard.

    No driver bounds every wait by itself: psycopg2 with a wait callback ignores connect_timeout.
    """
    if isinstance(engine.pool, (SingletonThreadPool, StaticPool)):
        return call()  # a database in memory belongs to its thread, and keeps nobody waiting
    return start_call(call, "assembler-database").result(timeout_seconds)


def _join(revisions: Iterable[str]) -> str | None:
    return ", ".join(sorted(revisions)) or None
