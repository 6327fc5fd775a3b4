"""Cut what a user wrote to what a message can show."""

from __future__ import annotations

__all__ = ["shorten"]

SHOWN_CHARACTERS = 40


def shorten(text: str) -> str:
    """Give ``text`` on one line, cut where it is long."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
