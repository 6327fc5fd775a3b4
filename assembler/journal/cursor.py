"""Encode where a page of boots ends, so that the next one continues from there."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import NamedTuple

__all__ = ["Cursor", "is_boot_id", "parse_cursor", "render_cursor", "to_utc"]

EXPECTED = "expected the `next` of an earlier page"
LIMIT_ID = 36  # as long as the column


class Cursor(NamedTuple):
    """The last boot of a page: when it started, and its id where several did at once."""

    started_at: datetime
    id: str


def is_boot_id(text: str) -> bool:
    """Return whether every database can be asked for ``text``: not one takes a null character."""
    return len(text) <= LIMIT_ID and text.isascii() and text.isprintable()


def to_utc(moment: datetime) -> datetime:
    """Return a time as UTC, which a naive one from the database is already."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def render_cursor(cursor: Cursor) -> str:
    """Return an opaque string that needs no escaping in a URL."""
    plain = f"{to_utc(cursor.started_at).isoformat()} {cursor.id}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def parse_cursor(text: str) -> Cursor:
    """Read what `render_cursor` wrote.

    Raises:
        ValueError: if it is something else.
    """
    try:
        padded = text + "=" * (-len(text) % 4)
        plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        moment, _, boot_id = plain.partition(" ")
        cursor = Cursor(to_utc(datetime.fromisoformat(moment)), boot_id)
    except (ValueError, binascii.Error, OverflowError) as error:
        raise ValueError(EXPECTED) from error
    if not is_boot_id(boot_id):
        raise ValueError(EXPECTED)
    return cursor
