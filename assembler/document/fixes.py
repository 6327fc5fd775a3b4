"""Build the fixes that need only a value and its place.

Each changes the value and nothing around it. A value that is not written as it is read, such as one
of several lines, gets none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import Edit, Fix, Place
from assembler.diagnostics.suggestion import find_certain
from assembler.document.nodes import MappingNode, ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.document.nodes import Node

__all__ = ["build_key_rename", "build_quotes", "build_rename", "build_replacement"]

# What YAML reads as itself wherever it stands, with quotes around it and without.
HARMLESS = r"(?a)[A-Za-z_$][\w.:-]*(?<!:)"
QUOTABLE = r"[^\"\\\r\n]+"
QUOTES_WIDTH = 2
LIMIT_RIVALS = 100  # each is compared with each


def build_rename(node: Node, known: Iterable[str]) -> Fix | None:
    """Replace a misspelled name by the one of ``known`` that is certainly meant."""
    if not isinstance(node, ScalarNode) or node.is_interpolated:
        return None
    meant = find_certain(node.text, known)
    return None if meant is None else build_replacement(node, meant)


def build_key_rename(mapping: Node, key: str, known: Iterable[str]) -> Fix | None:
    """Rename a key, unless its new name is taken or another unknown key may mean it too."""
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
    """Replace the text of ``node``, inside its quotes if it has any."""
    inner = _find_inner(node)
    if inner is None or re.fullmatch(HARMLESS, text) is None:
        return None
    return Fix(f"Write '{text}'", (Edit(inner, text),))


def build_quotes(node: Node) -> Fix | None:
    """Quote a plain scalar with two insertions: the fix must not contain a secret."""
    if not isinstance(node, ScalarNode) or not node.plain or node.is_interpolated:
        return None
    place = _find_inner(node)
    if place is None or re.fullmatch(QUOTABLE, node.text) is None:
        return None
    path, (line, start, _, end) = place
    return Fix("Quote it", tuple(Edit(Place.in_line(path, line, at), '"') for at in (start, end)))


def _find_inner(node: ScalarNode) -> Place | None:
    """Return the place inside the quotes; ``None`` if it is not written as it is read."""
    path, (line, column, end_line, end_column) = node.place
    width = end_column - column - (0 if node.plain else QUOTES_WIDTH)
    if line != end_line or width != len(node.text) or not width:
        return None
    start = column if node.plain else column + 1
    return Place.in_line(path, line, start, start + width)
