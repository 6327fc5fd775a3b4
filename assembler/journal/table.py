"""Declare the table of the boot journal, on the metadata of the app that keeps it."""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Float, Index, Integer, MetaData, String, Table

__all__ = ["TABLE_NAME", "declare_boots"]

TABLE_NAME = "assembler_boots"


def declare_boots(metadata: MetaData) -> Table:
    """Return the table of boots on ``metadata``; the first call puts it there.

    On the app's own metadata, so that the app's ``flask db migrate`` writes its revision. Times are
    UTC; SQLite returns them naive.
    """
    schema = metadata.schema
    known = metadata.tables.get(TABLE_NAME if schema is None else f"{schema}.{TABLE_NAME}")
    if known is not None:
        return known
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
        # Pages go by time, and by id where two processes started together.
        Index("ix_assembler_boots_started_at_id", "started_at", "id"),
        # When each digest was first and last seen.
        Index("ix_assembler_boots_digest_started_at", "digest", "started_at"),
    )
