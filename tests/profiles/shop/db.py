"""What is open while a request lasts."""

from __future__ import annotations


def close_session(error: BaseException | None = None) -> None:
    """Close it."""
