"""Read the journal of boots for the pages that show it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from assembler.journal.table import TABLE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy import Connection, Table

__all__ = ["JournalAwayError", "open_journal"]

NO_JOURNAL = "This app keeps no journal: its profile has no step `journal`."
AWAY = "The journal cannot be read now: the database is away, or behind this code."


class JournalAwayError(Exception):
    """There is no journal, or it cannot be read; the text is for the page."""


@contextmanager
def open_journal(app: Flask) -> Iterator[tuple[Connection, Table]]:
    """Open a connection of the app's pool, and give the table of boots.

    Raises:
        JournalAwayError: if that is impossible.
    """
    db = app.extensions.get("sqlalchemy")
    metadata = getattr(db, "metadata", None)
    schema = getattr(metadata, "schema", None)
    name = TABLE_NAME if schema is None else f"{schema}.{TABLE_NAME}"
    table = None if metadata is None else metadata.tables.get(name)
    if db is None or table is None:
        raise JournalAwayError(NO_JOURNAL)
    try:
        with app.app_context():
            engine = db.engine
        with engine.connect() as connection:
            yield connection, table
    except SQLAlchemyError as error:
        raise JournalAwayError(AWAY) from error
