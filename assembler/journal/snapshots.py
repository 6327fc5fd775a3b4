"""Keep what boots were made of, once for all boots that were made of the same."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from assembler.diagnostics.failures import describe_failure
from assembler.journal.attempt import limit_waiting
from assembler.journal.table import find_table_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

__all__ = [
    "LIMIT_BYTES",
    "NOTHING",
    "MadeOf",
    "Snapshot",
    "find_snapshot",
    "pack_snapshot",
    "store_snapshots",
]

LIMIT_BYTES = 1024 * 1024  # of one as JSON: a longer one is not kept


class Snapshot(NamedTuple):
    """Something that a boot was made of, as the table has it."""

    digest: str  # of the JSON
    content: bytes  # the JSON, compressed


class MadeOf(NamedTuple):
    """What a boot was made of; its secrets are masked."""

    profile: Snapshot | None = None  # the values of the composed profile
    effects: Snapshot | None = None  # what the app is made of
    fingerprints: Mapping[str, Any] | None = None  # of what is masked, and of whose key they are

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of the boot's row."""
        return {
            "profile_snapshot": self.profile and self.profile.digest,
            "effects_snapshot": self.effects and self.effects.digest,
            "fingerprints": self.fingerprints,
        }

    @property
    def snapshots(self) -> list[Snapshot]:
        """What is kept in a table of its own."""
        return [one for one in (self.profile, self.effects) if one is not None]


NOTHING = MadeOf()


def pack_snapshot(data: Any) -> Snapshot | None:  # noqa: ANN401 - JSON holds anything
    """Return ``data``, in plain JSON types, as it is kept; ``None`` if it is too long."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    if len(text) > LIMIT_BYTES:
        return None
    return Snapshot(f"sha256:{hashlib.sha256(text).hexdigest()}", zlib.compress(text))


def find_snapshot(connection: Connection, table: Table, digest: str | None) -> Any:  # noqa: ANN401 - as above
    """Return what `pack_snapshot` was given; ``None``: it is not there."""
    if digest is None:
        return None
    content = connection.scalar(select(table.c.content).where(table.c.digest == digest))
    if content is None:
        return None
    return json.loads(zlib.decompressobj().decompress(content, LIMIT_BYTES))


def store_snapshots(connection: Connection, table: Table, snapshots: list[Snapshot]) -> str | None:
    """Insert what is not there yet, each in a transaction of its own.

    Returns:
        Why that was not possible; ``None``: all are there.
    """
    try:
        for one in snapshots:
            _store(connection, table, one)
    except DBAPIError as error:
        connection.rollback()
        fault = find_table_fault(connection, table)
        said = describe_failure(error.orig or error).text if fault is None else fault.text
        return f"what it was made of is not kept: {said}"
    return None


def _store(connection: Connection, table: Table, snapshot: Snapshot) -> None:
    limit_waiting(connection)
    there = select(table.c.digest).where(table.c.digest == snapshot.digest)
    if connection.scalar(there) is None:
        row = {**snapshot._asdict(), "taken_at": datetime.now(UTC)}
        try:
            connection.execute(table.insert().values(row))
        except IntegrityError:  # another worker has just done it
            connection.rollback()
    connection.commit()
