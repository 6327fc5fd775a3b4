"""Find where a TOML file says something, which Python's reader does not keep."""

from __future__ import annotations

import re

from assembler.diagnostics.diagnostic import Span

__all__ = ["find_key", "find_string"]

TABLE = r"\s*\[\s*tool\s*\.\s*[\"']?assembler[\"']?\s*\]"


def find_key(text: str, key: str) -> tuple[int, int]:
    """Return the line and column of a key of ``[tool.assembler]``; of the table without it."""
    table, is_below = (1, 1), False
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("["):
            is_below = re.match(TABLE, line) is not None
            table = (number, 1) if is_below else table
        path, equals, _ = line.partition("=")
        name = path.rpartition(".")[2].strip()
        if equals and name.strip("\"'") == key and (is_below or "assembler" in path):
            return number, path.rindex(name) + 1
    return table


def find_string(text: str, key: str, string: str) -> Span | None:
    """Return where a string first stands below a key, with its quotes; ``None``: nowhere."""
    written, is_below = re.compile(rf"([\"']){re.escape(string)}\1"), False
    for number, line in enumerate(text.splitlines(), start=1):
        is_below = is_below or re.match(rf"\s*([\"']?){key}\1\s*=", line) is not None
        found = written.search(line) if is_below else None
        if found is not None:
            return Span(number, found.start() + 1, number, found.end() + 1)
    return None
