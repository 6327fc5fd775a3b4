"""Show the line that a diagnostic points to, with carets below the part that it covers."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from assembler.document.lines import LINE_BREAK
from assembler.files import read_start
from assembler.secrets.known import MASK
from assembler.secrets.memory import Secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.diagnostics.diagnostic import Place

__all__ = ["SourceLines"]

LIMIT_COLUMNS = 160  # of a line; a longer one is cut around the caret
LIMIT_CHARACTERS = 1 << 20
TAB_COLUMNS = 4
BLOCK = 1024  # characters; three blocks are searched for the secrets around a place
LIMIT_KNOWN = 1024  # blocks whose secrets are kept
NO_WIDTH = ("Mn", "Me")  # categories of marks on the character before
CARET_COLOR = "\x1b[31;1m"


class SourceLines:
    """The lines of the files that diagnostics point to; each file is read once."""

    def __init__(self, sources: Mapping[str, str] | None = None) -> None:
        """Keep the text of files that are not to be read from disk, such as standard input."""
        self._hidden: dict[tuple[str, int], tuple[tuple[int, int], ...]] = {}
        # Bounded, and per instance: thousands of findings may point to one line.
        self._read_lines = lru_cache(maxsize=None)(partial(_read_lines, sources or {}))
        self._find_secrets = lru_cache(LIMIT_KNOWN)(_find_secrets)
        self._build_cells = lru_cache(1)(_build_cells)

    def hide(self, place: Place) -> None:
        """Mask what is at ``place``: it is a secret, which its line alone does not show."""
        span = place.span
        end = span.end_column - 1 if span.end_line == span.line else LIMIT_CHARACTERS
        self._hidden[place.path, span.line] = (*self._get_hidden(place), (span.column - 1, end))

    def find_secrets(self, place: Place) -> Secrets | None:
        """Return the secrets in the line where ``place`` starts; ``None`` if it has none.

        In a long line, only those around that place.
        """
        line = self.find_line(place) or ""
        block = (place.span.column - 1) // BLOCK if len(line) > BLOCK else 0
        return self._find_secrets(line, block, self._get_hidden(place)) if line else None

    def find_line(self, place: Place) -> str | None:
        """Return the line where ``place`` starts, ``None`` if it cannot be read."""
        lines, number = self._read_lines(place.path), place.span.line
        return lines[number - 1] if 0 < number <= len(lines) else None

    def find_shown(self, place: Place) -> str | None:
        """Return that line as it may be shown: with its secrets masked."""
        line = self.find_line(place)
        return None if line is None else "".join(self._build_cells(line, self._get_hidden(place)))

    def render_excerpt(self, place: Place, *, color: bool) -> list[str]:
        """Render the line, with carets below the part that ``place`` covers; or nothing."""
        line = self.find_line(place)
        if not line:
            return []
        span = place.span
        start = min(span.column - 1, len(line))
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        cells = self._build_cells(line, self._get_hidden(place))
        cells, start, end = _cut(cells, start, max(start, end))
        carets = "^" * max(1, sum(map(_get_width, cells[start:end])))
        if color:
            carets = f"{CARET_COLOR}{carets}\x1b[0m"
        gutter = " " * len(str(span.line))
        return [
            f"  {gutter} |",
            f"  {span.line} | {''.join(cells)}",
            f"  {gutter} | {' ' * sum(map(_get_width, cells[:start]))}{carets}",
        ]

    def _get_hidden(self, place: Place) -> tuple[tuple[int, int], ...]:
        return self._hidden.get((place.path, place.span.line), ())


def _read_lines(sources: Mapping[str, str], path: str) -> list[str]:
    text = sources.get(path)
    if text is None:
        with suppress(OSError, ValueError):
            text = read_start(path, LIMIT_CHARACTERS).decode("utf-8-sig", "replace")
    return LINE_BREAK.split((text or "").removeprefix("\ufeff"))


def _find_secrets(line: str, block: int, hidden: tuple[tuple[int, int], ...]) -> Secrets | None:
    from assembler.secrets.line_secrets import (  # noqa: PLC0415 - only for what is shown
        find_line_secrets,
    )

    first, last = max(0, (block - 1) * BLOCK), (block + 2) * BLOCK
    is_flow = line.count("{", 0, first) > line.count("}", 0, first)
    around = f"{'{' if is_flow else ' '}{line[first:last]}"  # in a `{…}` a comma ends a value
    spans = [(first + start - 1, first + end - 1) for start, end in find_line_secrets(around)]
    spans += [(start, end) for start, end in hidden if first <= start < last]
    if not spans:
        return None
    secrets = Secrets()
    secrets.add(*(one for start, end in spans for one in _iter_shown_forms(line[start:end])))
    return secrets


def _iter_shown_forms(text: str) -> Iterator[str]:
    """Yield the forms in which findings show a value: its words, and the number that it may be."""
    for word in (text, *text.split()):
        yield from (word, word.lstrip("*&!"))
        number = word.replace("_", "").lstrip("0")
        if number != word:
            yield from (number, f"0o{number}")


def _build_cells(line: str, hidden: tuple[tuple[int, int], ...]) -> list[str]:
    """Return what is shown for each character: secrets masked, and no control characters."""
    from assembler.secrets.line_secrets import (  # noqa: PLC0415 - only for what is shown
        find_line_secrets,
    )

    cells = [_show(character) for character in line]
    for start, end in (*find_line_secrets(line), *hidden):
        cells[start:end] = [MASK, *([""] * (min(end, len(cells)) - start - 1))]
    return cells


def _show(character: str) -> str:
    if character == "\t":
        return " " * TAB_COLUMNS
    return character if character.isprintable() else "\ufffd"


def _cut(cells: list[str], start: int, end: int) -> tuple[list[str], int, int]:
    """Cut a long line to the part around ``start``, and adjust ``start`` and ``end``."""
    if len(cells) <= LIMIT_COLUMNS:
        return cells, start, end
    first = max(0, min(start - LIMIT_COLUMNS // 3, len(cells) - LIMIT_COLUMNS))
    last = first + LIMIT_COLUMNS
    kept = ["…" if first else "", *cells[first:last], "…" if last < len(cells) else ""]
    return kept, start - first + 1, min(end - first, LIMIT_COLUMNS) + 1


def _get_width(cell: str) -> int:
    """Count the columns of ``cell`` on a terminal: wide characters take two."""
    import unicodedata  # noqa: PLC0415 - only for an excerpt

    width = 0
    for character in cell:
        is_jamo_inside = "\u1160" <= character <= "\u11ff"  # joins the Hangul before it
        if not is_jamo_inside and unicodedata.category(character) not in NO_WIDTH:
            width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width
