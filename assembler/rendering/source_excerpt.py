"""Show the line that a diagnostic speaks of, with a caret under what is meant."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.files import is_file
from assembler.secrets.known import MASK, Secrets
from assembler.secrets.line_secrets import find_line_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.diagnostics.diagnostic import Place

__all__ = ["SourceLines"]

LINE_BREAK = re.compile(r"\r\n|\r|\n")
LIMIT_COLUMNS = 160  # of a line that is shown; of a longer one the part around the caret
LIMIT_CHARACTERS = 1 << 20
TAB_COLUMNS = 4
BLOCK = 1024  # characters: three of them are looked through for the secrets around a place
LIMIT_KNOWN = 1024  # blocks of which that is remembered
NO_WIDTH = ("Mn", "Me")  # categories of what stands on the character before
CARET_COLOR = "\x1b[31;1m"


class SourceLines:
    """Know the lines of the files that are spoken of; each is read once."""

    def __init__(self, sources: Mapping[str, str] | None = None) -> None:
        """Keep the text of files that are not to be read from disk, such as standard input."""
        self._sources = sources or {}
        self._lines: dict[str, list[str]] = {}
        self._last: tuple[str, list[str], str] = ("", [], "")  # many findings may be of one line
        self._hidden: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self._secrets: dict[tuple[str, int, int], Secrets | None] = {}

    def hide(self, place: Place) -> None:
        """Mask what ``place`` is: it is a secret, which its line alone does not show."""
        span = place.span
        end = span.end_column - 1 if span.end_line == span.line else LIMIT_CHARACTERS
        self._hidden.setdefault((place.path, span.line), []).append((span.column - 1, end))

    def find_secrets(self, place: Place) -> Secrets | None:
        """Give the secrets in the line at the start of ``place``; ``None``: it has none.

        Of a long line, those around that place.
        """
        line = self.find_line(place)
        if not line:
            return None
        block = (place.span.column - 1) // BLOCK if len(line) > BLOCK else 0
        key = (place.path, place.span.line, block)
        if key not in self._secrets:
            if len(self._secrets) >= LIMIT_KNOWN:
                self._secrets.clear()
            self._secrets[key] = self._build_secrets(line, place, block)
        return self._secrets[key]

    def _build_secrets(self, line: str, place: Place, block: int) -> Secrets | None:
        first, last = max(0, (block - 1) * BLOCK), (block + 2) * BLOCK
        is_flow = line.count("{", 0, first) > line.count("}", 0, first)
        around = f"{'{' if is_flow else ' '}{line[first:last]}"  # in a `{…}` a comma ends a value
        spans = [(first + start - 1, first + end - 1) for start, end in find_line_secrets(around)]
        hidden = self._hidden.get((place.path, place.span.line), ())
        spans += [(start, end) for start, end in hidden if first <= start < last]
        if not spans:
            return None
        secrets = Secrets()
        secrets.add(*(one for start, end in spans for one in _iter_shown_forms(line[start:end])))
        return secrets

    def find_line(self, place: Place) -> str | None:
        """Give the line at the start of ``place``, ``None`` if there is none to be read."""
        if place.path not in self._lines:
            self._lines[place.path] = LINE_BREAK.split(self._read(place.path))
        lines, number = self._lines[place.path], place.span.line
        return lines[number - 1] if 0 < number <= len(lines) else None

    def find_shown(self, place: Place) -> str | None:
        """Give that line as it may be shown: its secrets are masked."""
        line = self.find_line(place)
        return None if line is None else self._get_shown(line, place)[1]

    def render_excerpt(self, place: Place, *, color: bool) -> list[str]:
        """Give the line and, below, carets under the part of it that ``place`` is; or nothing."""
        line = self.find_line(place)
        if not line:
            return []
        span = place.span
        start = min(span.column - 1, len(line))
        end = span.end_column - 1 if span.end_line == span.line else len(line)
        cells, start, end = _cut(self._get_shown(line, place)[0], start, max(start, end))
        carets = "^" * max(1, sum(map(_get_width, cells[start:end])))
        if color:
            carets = f"{CARET_COLOR}{carets}\x1b[0m"
        gutter = " " * len(str(span.line))
        return [
            f"  {gutter} |",
            f"  {span.line} | {''.join(cells)}",
            f"  {gutter} | {' ' * sum(map(_get_width, cells[:start]))}{carets}",
        ]

    def _find_spans(self, line: str, place: Place) -> list[tuple[int, int]]:
        hidden = self._hidden.get((place.path, place.span.line))
        return find_line_secrets(line) if hidden is None else [*find_line_secrets(line), *hidden]

    def _get_shown(self, line: str, place: Place) -> tuple[list[str], str]:
        """Give the cells of a line, and their text; those of the last line are kept."""
        if self._last[0] is not line:
            cells = _build_cells(line, self._find_spans(line, place))
            self._last = (line, cells, "".join(cells))
        return self._last[1:]

    def _read(self, path: str) -> str:
        text = self._sources.get(path)
        if text is None and not is_file(path):  # a pipe would be waited for
            text = ""
        elif text is None:
            try:
                with Path(path).open(encoding="utf-8-sig", errors="replace", newline="") as stream:
                    text = stream.read(LIMIT_CHARACTERS)
            except (OSError, ValueError):
                text = ""
        return text.removeprefix("\ufeff")


def _iter_shown_forms(text: str) -> Iterator[str]:
    """Give the forms in which findings show a value: its words, and the number that it may be."""
    for word in (text, *text.split()):
        yield from (word, word.lstrip("*&!"))
        number = word.replace("_", "").lstrip("0")
        if number != word:
            yield from (number, f"0o{number}")


def _build_cells(line: str, secrets: list[tuple[int, int]]) -> list[str]:
    """Give what is shown for each character: secrets masked, and nothing that steers a terminal."""
    cells = [_show(character) for character in line]
    for start, end in secrets:
        cells[start:end] = [MASK, *([""] * (min(end, len(cells)) - start - 1))]
    return cells


def _show(character: str) -> str:
    if character == "\t":
        return " " * TAB_COLUMNS
    return character if character.isprintable() else "\ufffd"


def _cut(cells: list[str], start: int, end: int) -> tuple[list[str], int, int]:
    """Cut a long line to the part around ``start``, and move ``start`` and ``end`` along."""
    if len(cells) <= LIMIT_COLUMNS:
        return cells, start, end
    first = max(0, min(start - LIMIT_COLUMNS // 3, len(cells) - LIMIT_COLUMNS))
    last = first + LIMIT_COLUMNS
    kept = ["…" if first else "", *cells[first:last], "…" if last < len(cells) else ""]
    return kept, start - first + 1, min(end - first, LIMIT_COLUMNS) + 1


def _get_width(cell: str) -> int:
    """Count the columns that a terminal gives to ``cell``: wide characters take two."""
    width = 0
    for character in cell:
        is_jamo_inside = "\u1160" <= character <= "\u11ff"  # joins the Hangul before it
        if not is_jamo_inside and unicodedata.category(character) not in NO_WIDTH:
            width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width
