"""Build the fixes that need no more than a value and its place.

Each changes the value where it stands and nothing around it. A value whose place does not show how
it is written, such as one of several lines, gets none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Edit, Fix, Place, Span
from assembler.diagnostics.suggestion import find_certain
from assembler.document.nodes import MappingNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.document.nodes import Node

__all__ = ["build_key_rename", "build_quotes", "build_rename", "build_replacement"]

# What YAML reads as itself wherever it stands, with quotes around it and without.
HARMLESS = re.compile(r"[A-Za-z_$][\w.:-]*(?<!:)", re.ASCII)
QUOTABLE = re.compile(r"[^\"\\\r\n]+")
QUOTES_WIDTH = 2
LIMIT_RIVALS = 100  # each is compared with each


def build_rename(node: Node, known: Iterable[str]) -> Fix | None:
    """Put the one of ``known`` that is certainly meant in the place of a misspelled text."""
    if not isinstance(node, ScalarNode) or node.is_interpolated:
        return None
    meant = find_certain(node.text, known)
    return None if meant is None else build_replacement(node, meant)


def build_key_rename(mapping: Node, key: str, known: Iterable[str]) -> Fix | None:
    """Rename a key; not to one that is there, or that another unknown key may mean as well."""
    if not isinstance(mapping, MappingNode) or key not in mapping.entries:
        return None
    names = list(known)
    meant = find_certain(key, names)
    if meant is None or len(mapping.entries) > LIMIT_RIVALS:
        return None
    rivals = [other for other in mapping.entries if other != key and other not in names]
    if meant in mapping.entries or any(find_certain(other, names) == meant for other in rivals):
        return None
    return build_rename(mapping.entries[key].key, names)


def build_replacement(node: ScalarNode, text: str) -> Fix | None:
    """Write ``text`` where ``node`` is, inside its quotes if it has any."""
    inner = _find_inner(node)
    if inner is None or HARMLESS.fullmatch(text) is None:
        return None
    return Fix(f"Write '{text}'", (Edit(inner, text),))


def build_quotes(node: Node) -> Fix | None:
    """Put quotes around a plain scalar: two insertions, so that the fix does not hold the text."""
    if not isinstance(node, ScalarNode) or not node.plain or node.is_interpolated:
        return None
    place = _find_inner(node)
    if place is None or QUOTABLE.fullmatch(node.text) is None:
        return None
    path, (line, column, _, end) = place
    return Fix(
        "Quote it",
        (
            Edit(Place(path, Span(line, column, line, column)), '"'),
            Edit(Place(path, Span(line, end, line, end)), '"'),
        ),
    )


def _find_inner(node: ScalarNode) -> Place | None:
    """Give where the text itself stands; ``None`` where it is not written as it is read."""
    path, (line, column, end_line, end_column) = node.place
    width = end_column - column - (0 if node.plain else QUOTES_WIDTH)
    if line != end_line or width != len(node.text) or not width:
        return None
    start = column if node.plain else column + 1
    return Place(path, Span(line, start, line, start + width))
