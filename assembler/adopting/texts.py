"""Write texts with variables, and without, as a profile has them."""

from __future__ import annotations

import re

__all__ = ["Interpolated", "Typed", "escape_dollars"]

BEFORE_BRACE = re.compile(r"\$(?=[{$])")


class Interpolated(str):
    """A text with ``${…}``, in quotes: it stays a string whatever the variable holds."""

    __slots__ = ()


class Typed(Interpolated):
    """A text with ``${…}``, without quotes: it gets its type from what the variable holds."""

    __slots__ = ()


def escape_dollars(text: str) -> str:
    """Return a text as a profile writes it: a dollar that could begin a variable is doubled."""
    return BEFORE_BRACE.sub("$$", text)
