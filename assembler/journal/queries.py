"""Read the table of boots."""

from __future__ import annotations

from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, desc, func, or_, select

from assembler.journal.cursor import Cursor, to_utc

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import CTE, Connection, Table

__all__ = [
    "MADE_OF",
    "PRIVATE_COLUMNS",
    "find_boot",
    "find_boot_before",
    "find_boots",
    "find_made_of",
    "find_profiles",
]

PRIVATE_COLUMNS = ("host", "pid", "versions")
MADE_OF = ("profile_snapshot", "effects_snapshot", "fingerprints")
LIMIT_PROFILES = 200
LIMIT_MADE_OF = 200  # boots that are looked at
LIMIT_COUNTED = 1000


def find_boots(
    connection: Connection,
    table: Table,
    limit: int,
    after: Cursor | None,
    wanted: Mapping[str, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Return boots, the newest first, without their reports and what they were made of.

    Args:
        connection: To the database.
        table: The table of boots.
        limit: How many, at most.
        after: The last boot of the page before.
        wanted: By the name of a column, the value that it is to have.
    """
    columns = table.c
    query = select(*(one for one in columns if one.name not in {"report", *MADE_OF}))
    query = query.where(*(columns[name] == value for name, value in wanted.items()))
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


def find_boot_before(
    connection: Connection, table: Table, boot: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the last boot of the same profile before ``boot``, with its report, or ``None``.

    A reload that was refused is no boot.
    """
    columns = table.c
    moment = datetime.fromisoformat(boot["started_at"])
    query = (
        select(table)
        .where(columns.profile == boot["profile"], columns.kind != "rejection")
        .where(
            or_(
                columns.started_at < moment,
                and_(columns.started_at == moment, columns.id < boot["id"]),
            )
        )
        .order_by(columns.started_at.desc(), columns.id.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else _with_utc(row)


def find_made_of(connection: Connection, table: Table, profile: str) -> list[dict[str, Any]]:
    """Return boots of a profile, the newest first: of those made of the same only the last."""
    columns = table.c
    query = (
        select(*(columns[name] for name in ("id", "started_at", "kind", "digest", MADE_OF[0])))
        .where(columns.profile == profile)
        .order_by(columns.started_at.desc(), columns.id.desc())
        .limit(LIMIT_MADE_OF)
    )
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(query).mappings():
        boot = _with_utc(row)
        snapshot = boot.pop(MADE_OF[0])
        if snapshot is not None:
            found.setdefault(snapshot, boot)
    return list(found.values())


def find_profiles(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """Return each profile and digest with when it was first and last seen, the latest first.

    Reads no row of the table but one for each: every other value comes from the index of digests,
    by a search for the next one. ``boots`` is counted up to `LIMIT_COUNTED`.
    """
    keys = _find_keys(table)
    one = table.alias()
    of_key = and_(one.c.digest == keys.c.digest, one.c.profile == keys.c.profile)
    last_seen = select(func.max(one.c.started_at)).where(of_key).scalar_subquery()
    latest = (
        select(keys.c.digest, keys.c.profile, last_seen.label("last_seen"))
        .where(keys.c.profile.is_not(None))
        .order_by(desc("last_seen"), keys.c.digest)
        .limit(LIMIT_PROFILES)
        .cte("latest")
    )
    of_latest = and_(one.c.digest == latest.c.digest, one.c.profile == latest.c.profile)
    counted = select(one.c.digest).where(of_latest).limit(LIMIT_COUNTED).correlate(latest)
    last_role = select(one.c.role).where(of_latest).order_by(one.c.started_at.desc()).limit(1)
    query = select(
        latest.c.profile,
        last_role.scalar_subquery().label("role"),
        latest.c.digest,
        select(func.min(one.c.started_at)).where(of_latest).scalar_subquery().label("first_seen"),
        latest.c.last_seen,
        select(func.count()).select_from(counted.subquery()).scalar_subquery().label("boots"),
    ).order_by(latest.c.last_seen.desc(), latest.c.digest)
    return [_with_utc(row) for row in connection.execute(query).mappings()]


def _find_keys(table: Table) -> CTE:
    """Return each digest and profile; the last profile of each digest is null."""
    first, more = table.alias(), table.alias()
    digests = select(func.min(first.c.digest).label("digest")).cte("digests", recursive=True)
    following = select(func.min(more.c.digest)).where(more.c.digest > digests.c.digest)
    digests = digests.union_all(
        select(following.scalar_subquery()).where(digests.c.digest.is_not(None))
    )
    of_digest = select(func.min(first.c.profile)).where(first.c.digest == digests.c.digest)
    keys = (
        select(digests.c.digest, of_digest.scalar_subquery().label("profile"))
        .where(digests.c.digest.is_not(None))
        .cte("keys", recursive=True)
    )
    following = select(func.min(more.c.profile)).where(
        more.c.digest == keys.c.digest, more.c.profile > keys.c.profile
    )
    return keys.union_all(
        select(keys.c.digest, following.scalar_subquery()).where(keys.c.profile.is_not(None))
    )


def _with_utc(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Write times as ISO 8601 in UTC; Flask's JSON would write them as HTTP does."""
    times = ("started_at", "first_seen", "last_seen")
    return {
        name: to_utc(value).isoformat() if name in times else value for name, value in row.items()
    }
