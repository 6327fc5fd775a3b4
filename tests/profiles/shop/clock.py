"""What time it is."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)
