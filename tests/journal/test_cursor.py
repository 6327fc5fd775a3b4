"""Where a page of boots ends."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.journal.cursor import Cursor, parse_cursor, render_cursor

ZONES = st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001 - hypothesis wants them naive
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis wants them naive
    timezones=ZONES,
)


@given(started_at=TIMES, boot_id=st.uuids())
def test_a_cursor_means_the_same_after_its_way_through_a_url(
    started_at: datetime, boot_id: object
) -> None:
    """To the microsecond, or a boot would be shown twice or never."""
    cursor = Cursor(started_at, str(boot_id))

    text = render_cursor(cursor)

    assert parse_cursor(text) == cursor
    assert text.replace("-", "").replace("_", "").isalnum()


def test_a_time_without_a_zone_is_utc() -> None:
    """SQLite gives times back like that."""
    naive = datetime(2026, 11, 24, 12)  # noqa: DTZ001 - the point

    parsed = parse_cursor(render_cursor(Cursor(naive, "x")))

    assert parsed.started_at == datetime(2026, 11, 24, 12, tzinfo=UTC)


@given(text=st.text(max_size=60))
def test_any_other_text_is_refused_and_nothing_else_happens(text: str) -> None:
    """A client may send what it likes."""
    try:
        cursor = parse_cursor(text)
    except ValueError as error:
        assert str(error) == "expected the `next` of an earlier page"  # noqa: PT017 - either way
    else:
        assert isinstance(cursor.started_at, datetime)


@pytest.mark.parametrize(
    "plain", ["", "yesterday x", "2026-13-01T00:00:00 x", "0001-01-01T00:00:00+14:00 x"]
)
def test_a_time_that_is_none_is_refused(plain: str) -> None:
    """Also one that does not exist in UTC."""
    text = base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")

    with pytest.raises(ValueError, match="expected the `next` of an earlier page"):
        parse_cursor(text)
