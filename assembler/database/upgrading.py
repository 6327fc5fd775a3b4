"""Upgrade a database under its lock, and check that it got to head."""

from __future__ import annotations

import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from assembler.database.database_state import (
    DatabaseState,
    DatabaseStatus,
    find_first_line,
    read_state,
)
from assembler.database.lock import hold_migration_lock
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from assembler.database.database_state import Revisions, Target, Wait
    from assembler.diagnostics.diagnostic import Diagnostic

    Connect = Callable[[], AbstractContextManager[Connection]]

__all__ = ["Upgrade", "load_revisions", "render_upgrade", "upgrade_under_lock"]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """How the database stood before, and how it stands now."""

    before: DatabaseState
    after: DatabaseState

    @property
    def is_ahead(self) -> bool:
        """Whether nothing was done because a newer code has migrated the database."""
        return self.after.status is DatabaseStatus.AHEAD


def upgrade_under_lock(
    target: Target,
    run: Callable[[], None],
    wait: Wait,
    connect: Connect,
    *,
    to_head: bool = True,
) -> Upgrade:
    """Take the lock, run the revisions, and check the version.

    Args:
        target: whose lock is taken.
        run: runs Alembic, in whatever way.
        wait: for the lock.
        connect: gives a connection to read the version with; none is open while ``run`` runs.
        to_head: leave a database alone that is ahead, and refuse any end but the head. Otherwise
            the caller moves the version elsewhere, as ``flask db downgrade`` does.

    Raises:
        ProfileError: the lock was not to be had, a revision failed, or the database is not at head.
    """
    try:
        with hold_migration_lock(target.engine, wait, target.place):
            return _upgrade(target, run, connect, to_head=to_head)
    except ProfileError:
        raise
    # A revision that ends the process would look like success.
    except (Exception, SystemExit) as error:
        raise ProfileError([_build_failure(error, target, connect)]) from error


def load_revisions(target: Target) -> Revisions:
    """Read the revisions.

    Raises:
        ProfileError: one of them cannot be read.
    """
    try:
        return target.load_revisions()
    except Exception as error:
        raise ProfileError([_build_failure(error, target, None)]) from error


def _upgrade(
    target: Target, run: Callable[[], None], connect: Connect, *, to_head: bool
) -> Upgrade:
    # Only now, with the lock: those who waited find what the others have done.
    with connect() as connection:
        before = read_state(connection, target)
    if to_head and before.status is DatabaseStatus.AHEAD:
        return Upgrade(before, before)
    run()
    with connect() as connection:
        after = read_state(connection, target)
    if to_head and after.status is not DatabaseStatus.HEAD:
        # Alembic is content with a transaction that it did not begin, and that nobody commits.
        message = (
            f"the upgrade ended {_name(after.current)}, expected the head {_quote(after.head)}"
        )
        hint = "Look whether env.py commits what it runs, and on which database it runs it."
        raise ProfileError([codes.NOT_AT_HEAD.at(target.place, message, hint=hint)])
    return Upgrade(before, after)


def render_upgrade(upgrade: Upgrade) -> str:
    """Say in a line what became of the database."""
    after = upgrade.after
    if upgrade.is_ahead:
        return f"the database is ahead of this code, {_name(after.current)}: nothing to do"
    if after.head is None:
        return "nothing to do: there are no revisions"
    done = "nothing to do: " if upgrade.before.status is DatabaseStatus.HEAD else ""
    return f"{done}the database is at head, {_quote(after.head)}"


def _build_failure(error: BaseException, target: Target, connect: Connect | None) -> Diagnostic:
    """Say what made the revisions fail, in which of their lines, and where the database is left."""
    text = find_first_line(error)
    if not isinstance(error, CommandError):
        text = f"{type(error).__name__}: {text}"
    hint = "Mend the revision, and run this again."
    if connect is not None:
        with suppress(SQLAlchemyError), connect() as connection:
            hint = f"The database is left {_name(read_state(connection, target).current)}. {hint}"
    place = _find_place(error, target)
    return codes.MIGRATION_FAILED.at(place, f"the migration failed: {text}", hint=hint)


def _find_place(error: BaseException, target: Target) -> Place:
    """Give the line of the project's migrations where it happened, else the profile."""
    folder = target.directory.resolve()
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        frames.append((error.filename or "", error.lineno))
    for name, line in reversed(frames):
        file = Path(name).resolve()
        if file.is_relative_to(folder):
            number = line or 1
            return Place(_shorten(file), Span(number, 1, number, 1))
    return target.place


def _shorten(file: Path) -> str:
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _name(revision: str | None) -> str:
    return "without a revision" if revision is None else f"at revision {_quote(revision)}"


def _quote(revision: str | None) -> str:
    return f'"{revision}"'
