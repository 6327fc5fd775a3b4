"""Return whether a place is one of its file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Place

__all__ = ["is_inside", "split_lines"]

LINE_BREAK = re.compile(r"\r\n|\r|\n")


def split_lines(source: bytes) -> list[str]:
    """Return the lines of a file as diagnostics count them; there is always one."""
    return LINE_BREAK.split(source.decode("utf-8-sig", "replace"))


def is_inside(place: Place, lines: list[str]) -> bool:
    """Return whether a place is one of ``lines``, or right behind the end of one.

    The end may be one further, behind the line's break, or the start of a line after the last.
    """
    line, column, end_line, end_column = place.span
    if not 1 <= end_line <= len(lines) + 1:
        return False
    return (
        1 <= line <= len(lines)
        and 1 <= column <= len(lines[line - 1]) + 1
        and (line, column) <= (end_line, end_column)
        and 1 <= end_column <= len([*lines, ""][end_line - 1]) + 2
    )
