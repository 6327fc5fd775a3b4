"""Upgrade a database under its lock, and check that it got to head."""

from __future__ import annotations

import traceback
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from assembler.database.lock import hold_migration_lock
from assembler.database.sqlite import is_busy
from assembler.database.state import DatabaseState, DatabaseStatus, Revisions, find_first_line
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Span
from assembler.diagnostics.excerpt import shorten_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from alembic.script import ScriptDirectory

    from assembler.database.state import Target
    from assembler.database.waiting import Wait
    from assembler.diagnostics.diagnostic import Code, Diagnostic

__all__ = [
    "Upgrade",
    "build_failure",
    "build_migration_failure",
    "load_revisions",
    "name_revision",
    "render_upgrade",
    "upgrade_under_lock",
]


class Upgrade(NamedTuple):
    """The database's state before and after."""

    before: DatabaseState
    after: DatabaseState

    @property
    def is_ahead(self) -> bool:
        """Whether nothing was done because newer code has migrated the database."""
        return self.after.status is DatabaseStatus.AHEAD


def upgrade_under_lock(
    target: Target,
    run: Callable[[], None],
    wait: Wait,
    read: Callable[[], DatabaseState],
    *,
    to_head: bool = True,
) -> Upgrade:
    """Take the lock, run the revisions, and check the version.

    Args:
        target: Whose lock is taken.
        run: Runs Alembic, in whatever way.
        wait: For the lock.
        read: Reads the state, and leaves no connection open.
        to_head: Leave a database alone that is ahead, and refuse any end but the head. Otherwise
            the caller moves the version elsewhere, as ``flask db downgrade`` does.

    Raises:
        ProfileError: the lock is held for too long, a revision failed, or the database is not at
            head.
    """
    with (
        _reporting_failure(target),
        hold_migration_lock(target.engine, wait, target.place),
        # Inside the lock: without it, `read` would wait for whoever migrates next.
        _reporting_failure(target, read),
    ):
        return _upgrade(target, run, read, to_head=to_head)


@contextmanager
def _reporting_failure(
    target: Target, read: Callable[[], DatabaseState] | None = None
) -> Iterator[None]:
    try:
        yield
    except ProfileError:
        raise
    # A revision that ends the process would look like success.
    except (Exception, SystemExit) as error:
        raise ProfileError([build_migration_failure(error, target, read)]) from error


def load_revisions(script: ScriptDirectory, target: Target) -> Revisions:
    """Load the revisions, which runs their modules.

    Raises:
        ProfileError: one of them cannot be read.
    """
    try:
        known = frozenset(revision.revision for revision in script.walk_revisions())
        return Revisions(known, tuple(sorted(script.get_heads())))
    except Exception as error:
        raise ProfileError([build_migration_failure(error, target)]) from error


def _upgrade(
    target: Target, run: Callable[[], None], read: Callable[[], DatabaseState], *, to_head: bool
) -> Upgrade:
    # Only now, with the lock: whoever waited sees what the others have done.
    before = read()
    if to_head and before.status is DatabaseStatus.AHEAD:
        return Upgrade(before, before)
    run()
    after = read()
    if to_head and after.status is not DatabaseStatus.HEAD:
        # Alembic accepts a transaction that it did not begin, and that nobody commits.
        message = (
            f'the upgrade ended {name_revision(after.current)}, expected the head "{after.head}"'
        )
        hint = "Check that env.py commits what it runs, and on which database it runs it."
        raise ProfileError([codes.NOT_AT_HEAD.at(target.place, message, hint=hint)])
    return Upgrade(before, after)


def render_upgrade(upgrade: Upgrade) -> str:
    """Return a line that says what was done to the database."""
    after = upgrade.after
    if upgrade.is_ahead:
        return f"the database is ahead of this code, {name_revision(after.current)}: nothing to do"
    if after.head is None:
        return "nothing to do: there are no revisions"
    done = "nothing to do: " if upgrade.before.status is DatabaseStatus.HEAD else ""
    return f'{done}the database is at head, "{after.head}"'


def build_migration_failure(
    error: BaseException, target: Target, read: Callable[[], DatabaseState] | None = None
) -> Diagnostic:
    """Report what made the revisions fail, at which line, and which revision the database has."""
    hint = _find_hint(error)
    if target.bind is not None:
        hint = f"The app has no default database, only binds: env.py must name them. {hint}"
    if read is not None:
        with suppress(Exception):  # env.py itself may be what fails
            hint = f"The database is left {name_revision(read().current)}. {hint}"
    return build_failure(error, target, codes.MIGRATION_FAILED, "the migration failed", hint)


def _find_hint(error: BaseException) -> str:
    if is_busy(getattr(error, "orig", error)):
        return "Let whoever writes to the database finish, and run this again."
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return "Make sure that the database stays up, and run this again."
    return "Fix the revision, and run this again."


def build_failure(
    error: BaseException, target: Target, code: Code, words: str, hint: str
) -> Diagnostic:
    """Report what a revision or ``env.py`` raised, at the line that did."""
    text = target.scrub(find_first_line(error))
    if not isinstance(error, CommandError):
        text = f"{type(error).__name__}: {text}"
    return code.at(_find_place(error, target), f"{words}: {text}", hint=hint)


def _find_place(error: BaseException, target: Target) -> Place:
    """Return the line of the project's migrations where it happened, else the profile."""
    folder = target.directory.resolve()
    frames = [(frame.filename, frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        frames.append((error.filename or "", error.lineno))
    for name, line in reversed(frames):
        file = Path(name).resolve()
        if file.is_relative_to(folder):
            number = line or 1
            return Place(shorten_path(file), Span(number, 1, number, 1))
    return target.place


def name_revision(revision: str | None) -> str:
    """Return at which revision a database is, in words."""
    return "without a revision" if revision is None else f'at revision "{revision}"'
