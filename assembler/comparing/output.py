"""Render comparisons: as text, as Markdown for a pull request, as JSON."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from assembler.comparing.table import list_tables, render_status
from assembler.rendering.diagnostics import escape_unprintable, render_diagnostics
from assembler.rendering.source_excerpt import SourceLines
from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assembler.comparing.differences import Comparison
    from assembler.comparing.table import Row

__all__ = ["RENDERERS", "escape_markdown", "quote_code"]


def _render_text(comparisons: Sequence[Comparison]) -> str:
    """Render a paragraph for each pair; why one is not known goes to standard error."""
    return "\n".join(map(_render_pair, comparisons))


def _render_pair(comparison: Comparison) -> str:
    parts = [f"{render_status(comparison)}\n"]
    for header, rows in list_tables(comparison):
        parts.append(render_table(header, rows))
    return _escape_lines("\n".join(parts))


def _render_markdown(comparisons: Sequence[Comparison]) -> str:
    """Render a table of steps and one of values for each pair that is not the same."""
    differing = [one for one in comparisons if one.status != "same"]
    if not differing:
        return "The profiles are the same.\n"
    return "\n".join(map(_render_section, differing))


def _render_section(comparison: Comparison) -> str:
    name = comparison.left if comparison.status == "removed" else comparison.right
    parts = [f"### {escape_markdown(name)}\n", f"{escape_markdown(render_status(comparison))}.\n"]
    for header, rows in list_tables(comparison):
        lines = [header, ("---",) * len(header), *(_mark_up(row) for row in rows)]
        parts.append("".join(f"| {' | '.join(cells)} |\n" for cells in lines))
    if comparison.diagnostics:
        said = render_diagnostics(comparison.diagnostics, lines=SourceLines({}))
        fence = "`" * (1 + max(map(len, re.findall("`+", f"`` {said}"))))
        parts.append(f"{fence}\n{said}{fence}\n")
    return "\n".join(parts)


def _mark_up(row: Row) -> tuple[str, ...]:
    change, *cells = row
    return (change, *map(quote_code, cells))


def quote_code(text: str) -> str:
    """Return ``text`` as code, in which nothing is markup but what ends the cell."""
    if not text:
        return ""
    text = escape_unprintable(text).replace("|", r"\|")
    fence = "`" * (1 + max((len(found) for found in re.findall("`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def escape_markdown(text: str) -> str:
    """Return ``text`` with Markdown's characters escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@!])", r"\\\1", escape_unprintable(text))


def _escape_lines(text: str) -> str:
    return "".join(f"{escape_unprintable(line)}\n" for line in text.splitlines())


def _render_json(comparisons: Sequence[Comparison]) -> str:
    """Render a list with an object for each pair."""
    return json.dumps([_to_dict(one) for one in comparisons], indent=2) + "\n"


def _to_dict(comparison: Comparison) -> dict[str, object]:
    said = render_diagnostics(comparison.diagnostics, output_format="json", lines=SourceLines({}))
    return {
        "left": comparison.left,
        "right": comparison.right,
        "status": comparison.status,
        "steps": [one.to_dict() for one in comparison.steps],
        "values": [one.to_dict() for one in comparison.values],
        "parts": [one._asdict() for one in comparison.parts],
        "diagnostics": json.loads(said),
    }


RENDERERS: dict[str, Callable[[Sequence[Comparison]], str]] = {
    "text": _render_text,
    "json": _render_json,
    "markdown": _render_markdown,
}
