"""Render diagnostics for people and for programs."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assembler.diagnostics import Severity
from assembler.secrets import mask_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assembler.diagnostics import Diagnostic, Place

__all__ = ["OutputFormat", "render_diagnostics"]

OutputFormat = Literal["full", "concise", "json"]
COLORS = {Severity.ERROR: "31;1", Severity.WARNING: "33;1", Severity.INFO: "36;1"}
TAB_COLUMNS = 4


def render_diagnostics(
    diagnostics: Iterable[Diagnostic],
    *,
    output_format: OutputFormat = "concise",
    sources: Mapping[str, str] | None = None,
    color: bool = False,
) -> str:
    """Give the text of ``diagnostics``, in file order, without repeats.

    Args:
        diagnostics: What to say.
        output_format: ``concise``: a line each, and its hint; ``full``: an excerpt and a caret as
            well; ``json``: a list of objects.
        sources: The text of files that are not to be read from disk, such as standard input.
        color: Whether to use terminal colours.

    Returns:
        Lines that end in a newline each; empty where there is nothing to say, but for JSON.
    """
    ordered = sorted(set(diagnostics), key=lambda found: found.sort_key)
    if output_format == "json":
        return json.dumps([_to_dict(found) for found in ordered], indent=2) + "\n"
    lines: list[str] = []
    for found in ordered:
        lines.append(_render_line(found, color=color))
        if output_format == "full":
            lines += _render_excerpt(found.place, sources or {}, color=color)
        lines += [
            f"  note: {_escape(f'{related.place}: {mask_url(related.message)}')}"
            for related in found.related
        ]
        if found.hint is not None:
            lines.append(f"  hint: {_escape(mask_url(found.hint))}")
    return "".join(f"{line}\n" for line in lines)


def _render_line(found: Diagnostic, *, color: bool) -> str:
    severity = f"{found.severity}[{found.code}]"
    if color:
        severity = f"\x1b[{COLORS[found.severity]}m{severity}\x1b[0m"
    return (
        f"{_escape(str(found.place))}: {severity} {_escape(mask_url(found.message))} [{found.name}]"
    )


def _escape(text: str) -> str:
    """Keep ``text`` on its line, and what a user wrote from steering the terminal."""
    if text.isprintable():
        return text
    return "".join(
        character
        if character.isprintable()
        else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )


def _to_dict(found: Diagnostic) -> dict[str, Any]:
    return {
        **_place_to_dict(found.place),
        "severity": str(found.severity),
        "code": found.code,
        "name": found.name,
        "message": mask_url(found.message),
        "hint": None if found.hint is None else mask_url(found.hint),
        "url": None,
        "related": [
            {**_place_to_dict(related.place), "message": mask_url(related.message)}
            for related in found.related
        ],
        "fix": None,
    }


def _place_to_dict(place: Place) -> dict[str, Any]:
    line, column, end_line, end_column = place.span
    return {
        "path": place.path,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def _render_excerpt(place: Place, sources: Mapping[str, str], *, color: bool) -> list[str]:
    line = _find_line(place, sources)
    if line is None:
        return []
    span = place.span
    before = line[: span.column - 1]
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    marked = line[span.column - 1 : end] or " "
    carets = "^" * max(1, _get_width(marked))
    if color:
        carets = f"\x1b[31;1m{carets}\x1b[0m"
    number = str(span.line)
    gutter = " " * len(number)
    return [
        f"  {gutter} |",
        f"  {number} | {_show(line)}",
        f"  {gutter} | {' ' * _get_width(before)}{carets}",
    ]


def _find_line(place: Place, sources: Mapping[str, str]) -> str | None:
    text = sources.get(place.path)
    if text is None:
        try:
            text = Path(place.path).read_text("utf-8", errors="replace")
        except OSError:
            return None
    lines = text.splitlines()
    return lines[place.span.line - 1] if 0 < place.span.line <= len(lines) else None


def _show(line: str) -> str:
    """Make a line safe for a terminal: tabs as spaces, what cannot be seen replaced."""
    return "".join(
        " " * TAB_COLUMNS
        if character == "\t"
        else character
        if character.isprintable() or unicodedata.combining(character)
        else "\ufffd"
        for character in line
    )


def _get_width(text: str) -> int:
    """Count the columns that a terminal gives to ``text``: wide characters take two."""
    width = 0
    for character in text:
        if character == "\t":
            width += TAB_COLUMNS
        elif not unicodedata.combining(character):
            width += 2 if unicodedata.east_asian_width(character) in "WF" else 1
    return width
