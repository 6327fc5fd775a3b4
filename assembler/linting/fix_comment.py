"""Build the fix of a comment that silences nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.codes import find_code, find_retired
from assembler.diagnostics.diagnostic import Edit, Fix
from assembler.linting.silence import COMMENT

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.source_text import SourceText

__all__ = ["build_comment_removal"]

# What these rules find, reading the file alone tells. A comment for another rule may be needed on
# another machine, with other variables or packages, or once a base is readable again.
OF_THE_TEXT = frozenset(code for code in codes.CODES if code.number.startswith("ASM1"))
LIST_END = re.compile(r"[ \t]*,[ \t]*")
LIST_START = re.compile(r",[ \t]*\Z")


def build_comment_removal(found: Diagnostic, source: SourceText) -> Fix | None:
    """Remove a name from the comment, or the whole comment if it has no other."""
    start, end = source.get_offsets(found.place)
    comment = re.compile(COMMENT).match(source.text, start)
    name = comment["names"] if comment is not None else source.text[start:end]
    if find_code(name or "") not in OF_THE_TEXT and find_retired(name or "") is None:
        return None
    start, end = _find_name(source, start, end) if comment is None else _find_comment(source, start)
    return Fix("Remove it", (Edit(source.get_place(start, end), ""),))


def _find_name(source: SourceText, start: int, end: int) -> tuple[int, int]:
    """Return the name with the comma behind it, or the one before it if it is the last."""
    behind = LIST_END.match(source.text, end)
    if behind is not None:
        return start, behind.end()
    before = LIST_START.search(source.text[:start])
    return (start if before is None else before.start()), end


def _find_comment(source: SourceText, start: int) -> tuple[int, int]:
    """Return the comment, with the reason in it, and its line if there is nothing else on it."""
    line_start, line = source.lines.get_line(start)
    end = line_start + len(line)
    before = source.text[line_start:start]
    if before.strip():
        return line_start + len(before.rstrip(" \t")), end
    number, _ = source.lines.locate(start)
    return line_start, line_start + len(source.get_line(number))
