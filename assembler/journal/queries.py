"""Read the table of boots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from assembler.journal.cursor import Cursor, to_utc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

__all__ = ["PRIVATE_COLUMNS", "find_boot", "find_boots", "find_profiles"]

PRIVATE_COLUMNS = ("host", "pid", "versions")
LIMIT_PROFILES = 200


def find_boots(
    connection: Connection, table: Table, limit: int, after: Cursor | None
) -> list[dict[str, Any]]:
    """Return boots, the newest first, without their reports."""
    columns = table.c
    query = select(*(one for one in columns if one.name != "report"))
    if after is not None:
        query = query.where(
            or_(
                columns.started_at < after.started_at,
                and_(columns.started_at == after.started_at, columns.id < after.id),
            )
        )
    query = query.order_by(columns.started_at.desc(), columns.id.desc()).limit(limit)
    return [_with_utc(row) for row in connection.execute(query).mappings()]


def find_boot(connection: Connection, table: Table, boot_id: str) -> dict[str, Any] | None:
    """Return one boot with its report, or ``None``."""
    row = connection.execute(select(table).where(table.c.id == boot_id)).mappings().first()
    return None if row is None else _with_utc(row)


def find_profiles(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Return each digest with when it was first and last seen, the latest first."""
    columns = table.c
    last_seen = func.max(columns.started_at).label("last_seen")
    query = (
        select(
            columns.profile,
            columns.role,
            columns.digest,
            func.min(columns.started_at).label("first_seen"),
            last_seen,
            func.count().label("boots"),
        )
        .group_by(columns.profile, columns.role, columns.digest)
        .order_by(last_seen.desc(), columns.digest)
        .limit(LIMIT_PROFILES)
    )
    return [_with_utc(row) for row in connection.execute(query).mappings()]


def _with_utc(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Write times as ISO 8601 in UTC; Flask's JSON would write them as HTTP does."""
    times = ("started_at", "first_seen", "last_seen")
    return {
        name: to_utc(value).isoformat() if name in times else value for name, value in row.items()
    }
