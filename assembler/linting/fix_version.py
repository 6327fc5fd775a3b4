"""Build the fix of a profile without a version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Edit, Fix, Place, Span
from assembler.diagnostics.suggestion import find_certain

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.source_text import SourceText

__all__ = ["build_version"]

LINE = "version: 1"
MESSAGE = 'the key "version" is missing'  # not that of an option


def build_version(found: Diagnostic, source: SourceText) -> Fix | None:
    """Add the version at the top, after the comments there, or behind its key."""
    root = source.root
    if root is None or found.message != MESSAGE:
        return None
    entry = root.entries.get("version")
    if entry is not None:
        start, end = source.get_offsets(entry.value.place)
        if start != end or source.text[start - 1] != ":":
            return None
        return Fix("Write the version", (Edit(source.get_place(start, start), " 1"),))
    if any(find_certain(key, ["version"]) for key in root.entries):
        return None  # it is there, misspelled
    if root.start.column or source.get_text(root.place)[:1] in {"{", "&", "!", ""}:
        return None
    number = _find_line(source, root.start.line + 1)
    place = Place(source.path, Span(number, 1, number, 1))
    return Fix(f"Add `{LINE}`", (Edit(place, LINE + source.line_break),))


def _find_line(source: SourceText, first: int) -> int:
    """Return the line of the first key, or of its own comments if there are others above these."""
    number = first
    while number > 1 and source.get_line(number - 1).startswith("#"):
        number -= 1
    above = [source.get_line(each) for each in range(1, number)]
    return number if any(line.startswith("#") for line in above) else first
