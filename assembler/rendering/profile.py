"""Render a composed profile as YAML, optionally with the place of each value."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    get_children,
    to_plain,
)
from assembler.document.scalars import parse_scalar
from assembler.rendering.diagnostics import escape_unprintable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.diagnostics.diagnostic import Place

__all__ = [
    "iter_origins",
    "iter_profile_lines",
    "render_inline",
    "render_line",
    "render_profile",
    "to_json",
]

# A string that YAML reads as itself without quotes.
PLAIN = re.compile(r"[A-Za-z_/.][\w./:@+-]*(?<!:)")
WORDS_OF_OLD_YAML = frozenset({"yes", "no", "on", "off", "y", "n"})
ORIGIN_COLUMN = 48


def render_profile(root: MappingNode, notes: Mapping[Place, str] | None = None) -> str:
    """Render ``root`` in block style.

    With ``notes``, which are by the place of a value, ``# file:line`` and the note follow each.
    """
    lines = []
    for text, node in iter_profile_lines(root):
        if notes is not None and node is not None:
            note = notes.get(node.place, "")
            lines.append(f"{text.ljust(ORIGIN_COLUMN)}  # {render_line(node.place)}{note}")
        else:
            lines.append(text)
    return "".join(f"{line}\n" for line in lines)


def render_line(place: Place) -> str:
    """Render a place as ``file:line``."""
    return f"{place.path}:{place.span.line}"


def iter_origins(node: Node, key_path: str = "") -> Iterator[tuple[str, ScalarNode]]:
    """Yield every scalar with its key path, such as ``extensions[0].with.url``."""
    if isinstance(node, ScalarNode):
        yield key_path, node
    for part, child in get_children(node):
        below = f"[{part}]" if isinstance(part, int) else f".{part}" if key_path else part
        yield from iter_origins(child, key_path + below)


def to_json(node: Node) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return the Python value that JSON can hold: NaN and the infinities are strings."""
    return to_plain(node, _read_for_json)


def _read_for_json(node: ScalarNode) -> object:
    value = node.value
    return node.text if isinstance(value, float) and not math.isfinite(value) else value


def iter_profile_lines(node: Node, indent: str = "") -> Iterator[tuple[str, Node | None]]:
    """Yield the lines of a collection that is not empty, each with the value that it ends with."""
    is_mapping = isinstance(node, MappingNode)
    for start, value in _iter_children(node):
        inline = _render_inline(value)
        if inline is not None:
            yield f"{indent}{start} {inline}", value
            continue
        lines = iter_profile_lines(value, indent + "  ")
        if is_mapping:
            yield f"{indent}{start}", None
        else:  # its first line goes on the line of the dash
            text, first = next(lines)
            yield f"{indent}- {text[len(indent) + 2 :]}", first
        yield from lines


def _iter_children(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        yield from ((f"{_render_text(key)}:", entry.value) for key, entry in node.entries.items())
    elif isinstance(node, SequenceNode):
        yield from (("-", item) for item in node.items)


def _render_inline(node: Node) -> str | None:
    """Render a scalar or an empty collection; ``None`` for what needs lines of its own."""
    if isinstance(node, ScalarNode):
        if isinstance(node.value, str):
            return _render_text(node.value)
        return node.text if isinstance(node.value, float) else json.dumps(node.value)
    if isinstance(node, SequenceNode):
        return None if node.items else "[]"
    assert isinstance(node, MappingNode)
    return None if node.entries else "{}"


def render_inline(node: Node) -> str:
    """Render a value on one line, in flow style."""
    inline = _render_inline(node)
    if inline is not None:
        return inline
    parts = [
        f"{_render_text(part)}: {render_inline(child)}"
        if isinstance(part, str)
        else render_inline(child)
        for part, child in get_children(node)
    ]
    start, end = "{}" if isinstance(node, MappingNode) else "[]"
    return f"{start}{', '.join(parts)}{end}"


def _render_text(text: str) -> str:
    is_plain = PLAIN.fullmatch(text) and isinstance(parse_scalar(text), str)
    if is_plain and text.lower() not in WORDS_OF_OLD_YAML:
        return text
    return escape_unprintable(json.dumps(text, ensure_ascii=False))
