"""Shorten text and paths for messages."""

from __future__ import annotations

from pathlib import Path

__all__ = ["shorten", "shorten_message", "shorten_path"]

SHOWN_CHARACTERS = 40
MESSAGE_CHARACTERS = 500


def shorten(text: str) -> str:
    """Return ``text`` on one line, cut if it is long."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"


def shorten_message(message: str, limit_characters: int = MESSAGE_CHARACTERS) -> str:
    """Return ``message``, cut if it is long; its secrets must be masked already."""
    if len(message) <= limit_characters:
        return message
    return f"{message[: limit_characters - 1]}…"


def shorten_path(path: str | Path) -> str:
    """Return ``path`` relative to the current directory, if it is inside."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (OSError, ValueError):  # there is no current directory, or it is outside
        return str(path)
