"""Read the journal of boots for the pages that show it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from assembler.journal.cursor import is_boot_id
from assembler.journal.queries import find_boot
from assembler.journal.snapshots import find_snapshot
from assembler.journal.table import SNAPSHOTS_NAME, TABLE_NAME, find_declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Connection, Table

__all__ = ["JournalAwayError", "OpenJournal", "open_journal"]

NO_JOURNAL = "This app keeps no journal: its profile has no step `journal`."
NO_BOOT = "There is no such boot in the journal."
AWAY = "The journal cannot be read now: the database is away, or behind this code."


class JournalAwayError(Exception):
    """There is no journal, or it cannot be read; the text is for the page."""


class OpenJournal(NamedTuple):
    """The tables of the journal, and a connection to their database."""

    connection: Connection
    table: Table
    snapshots: Table

    def get_boot(self, boot_id: str) -> dict[str, Any]:
        """Return a boot with its report and what it was made of.

        Raises:
            JournalAwayError: if there is no such boot.
        """
        found = find_boot(self.connection, self.table, boot_id) if is_boot_id(boot_id) else None
        if found is None:
            raise JournalAwayError(NO_BOOT)
        return found

    def find_snapshot(self, digest: str | None) -> Any:  # noqa: ANN401 - JSON holds anything
        """Return what is kept under a digest; ``None``: nothing is."""
        return find_snapshot(self.connection, self.snapshots, digest)


@contextmanager
def open_journal(app: Flask) -> Iterator[OpenJournal]:
    """Open a connection of the app's pool.

    Raises:
        JournalAwayError: if that is impossible.
    """
    db = app.extensions.get("sqlalchemy")
    metadata = getattr(db, "metadata", None)
    if db is None or metadata is None:
        raise JournalAwayError(NO_JOURNAL)
    table = find_declared(metadata, TABLE_NAME)
    snapshots = find_declared(metadata, SNAPSHOTS_NAME)
    if table is None or snapshots is None:
        raise JournalAwayError(NO_JOURNAL)
    try:
        with app.app_context():
            engine = db.engine
        with engine.connect() as connection:
            yield OpenJournal(connection, table, snapshots)
    except SQLAlchemyError as error:
        raise JournalAwayError(AWAY) from error
