"""Tell the parts of the lines of a composed profile: keys, texts, numbers, secrets."""

from __future__ import annotations

import re

__all__ = ["highlight_line"]

# As `assembler.rendering.profile` writes a line.
LINE = re.compile(
    r"(?P<mark>[ ]*(?:- )*-?[ ]*)"
    r'(?:(?P<key>"(?:[^"\\]|\\.)*"|[^\s"\[{][^\s"]*?):(?=\s|$))?'
    r"(?P<space>[ ]*)(?P<value>.*)",
    re.DOTALL,
)
NUMBER = re.compile(r"[-+]?[\d.][\w.+-]*|true|false|null|[-+]?\.(?:inf|nan)", re.IGNORECASE)
MASKED = "***"


def highlight_line(text: str) -> list[tuple[str, str]]:
    """Return a line in parts, each with its kind, which is empty for what is only between them."""
    found = LINE.fullmatch(text)
    if found is None:
        return [("", text)]
    key, value = found["key"], found["value"]
    parts = [("", found["mark"])]
    if key is not None:
        parts += [("key", key), ("", ":")]
    return [*parts, ("", found["space"]), (_find_kind(value), value)]


def _find_kind(value: str) -> str:
    if MASKED in value:
        return "masked"
    return "number" if NUMBER.fullmatch(value) else "text"
