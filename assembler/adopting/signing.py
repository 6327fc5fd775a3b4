"""Sign what `adopt` writes, so that a later run knows what nobody has changed since."""

from __future__ import annotations

import re
from hashlib import sha256

__all__ = ["is_as_written", "sign"]

LINE = "# Unchanged since `adopt` wrote it: {}\n"
SIGNATURE = re.compile(LINE.format("([0-9a-f]{12})") + r"\Z")


def sign(text: str) -> str:
    """Return a text with a last line, a comment, that holds as long as nothing is changed."""
    return text + LINE.format(_digest(text))


def is_as_written(text: str) -> bool:
    """Return whether a text is as `sign` returned it."""
    found = SIGNATURE.search(text)
    return found is not None and found[1] == _digest(text[: found.start()])


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
