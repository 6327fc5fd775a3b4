"""Declare the table of the boot journal, on the metadata of the app that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    inspect,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = [
    "SNAPSHOTS_NAME",
    "TABLE_NAME",
    "TableFault",
    "declare_boots",
    "declare_snapshots",
    "find_declared",
    "find_table_fault",
]

TABLE_NAME = "assembler_boots"
SNAPSHOTS_NAME = "assembler_snapshots"
REMEDY = "run `assembler flask PROFILE db migrate`, then `assembler migrate PROFILE`"


class TableFault(NamedTuple):
    """What the database lacks of the table, and what to do."""

    text: str
    lacking: frozenset[str]  # columns


def declare_boots(metadata: MetaData) -> Table:
    """Return the table of boots on ``metadata``; the first call puts it there.

    On the app's own metadata, so that the app's ``flask db migrate`` writes its revision. Times are
    UTC; SQLite returns them naive.
    """
    return Table(
        TABLE_NAME,
        metadata,
        Column("id", String(36), primary_key=True),
        Column("profile", String(255), nullable=False),
        Column("role", String(32), nullable=False),
        Column("digest", String(80), nullable=False),
        Column("started_at", DateTime(timezone=True), nullable=False),
        Column("duration_ms", Float, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("host", String(255), nullable=False),
        Column("pid", Integer, nullable=False),
        Column("versions", JSON, nullable=False),
        Column("report", JSON, nullable=False),
        # A boot, a reload, a rejection or a rollback. A server default, as older processes, which
        # do not know the column, may still write while newer ones start.
        Column("kind", String(16), nullable=False, server_default="boot"),
        # Which of the profile's states this server process runs, from 1.
        Column("generation", Integer),
        # What it was made of: digests of the other table.
        Column("profile_snapshot", String(80)),
        Column("effects_snapshot", String(80)),
        # Of what is masked in the profile, with a key that no table has.
        Column("fingerprints", JSON(none_as_null=True)),
        # Pages go by time, and by id where two processes started together.
        Index("ix_assembler_boots_started_at_id", "started_at", "id"),
        # When each profile was first and last seen.
        Index("ix_assembler_boots_digest_profile_started_at", "digest", "profile", "started_at"),
        keep_existing=True,
    )


def declare_snapshots(metadata: MetaData) -> Table:
    """Return the table of what boots were made of, as `declare_boots` does."""
    return Table(
        SNAPSHOTS_NAME,
        metadata,
        Column("digest", String(80), primary_key=True),
        Column("content", LargeBinary, nullable=False),
        Column("taken_at", DateTime(timezone=True), nullable=False),
        keep_existing=True,
    )


def find_declared(metadata: MetaData, name: str) -> Table | None:
    """Return a table of ours that is on ``metadata``."""
    schema = metadata.schema
    return metadata.tables.get(name if schema is None else f"{schema}.{name}")


def find_table_fault(connection: Connection, table: Table) -> TableFault | None:
    """Return what the database lacks of ``table``; ``None``: nothing."""
    known = inspect(connection)
    if not known.has_table(table.name, table.schema):
        text = f"the database has no table {table.name}: {REMEDY}"
        return TableFault(text, frozenset(table.columns.keys()))
    there = {column["name"] for column in known.get_columns(table.name, table.schema)}
    lacking = frozenset(table.columns.keys()) - there
    if not lacking:
        return None
    columns = f"column{'s' if len(lacking) > 1 else ''} {' and '.join(sorted(lacking))}"
    return TableFault(f"the table {table.name} lacks the {columns}: {REMEDY}", lacking)
