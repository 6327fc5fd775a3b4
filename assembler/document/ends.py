"""Look at the ends of a string that the environment gave."""

from __future__ import annotations

import re

__all__ = ["BLANK_ENDS", "has_blank_ends", "strip_newline"]

BLANK_ENDS = "expected no white space at the ends"
URL_START = r"[A-Za-z][A-Za-z0-9+.\-]{0,63}://"


def strip_newline(text: str) -> str:
    """Return ``text`` without a final newline, which editors and `echo` add."""
    return text.removesuffix("\n").removesuffix("\r")


def has_blank_ends(text: str, *, is_typed: bool) -> bool:
    """Return whether white space surrounds a URL, or whatever ``is_typed`` from its string."""
    stripped = text.strip()
    return stripped != text and (is_typed or re.match(URL_START, stripped) is not None)
