"""Render a composed profile as YAML again, with the place of each value if asked."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from assembler.document.scalars import parse_scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["iter_origins", "render_profile", "to_json"]

# A text that YAML reads as itself when it stands without quotes.
PLAIN = re.compile(r"[A-Za-z_/.][\w./:@+-]*(?<!:)")
UNPRINTABLE = re.compile(
    "[\x7f-\xa0\xad\u061c\u115f\u1160\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff9-\uffff\U000e0000-\U000e007f]"
)
BASIC_PLANE = 0xFFFF
WORDS_OF_OLD_YAML = frozenset({"yes", "no", "on", "off", "y", "n"})
ORIGIN_COLUMN = 48


def render_profile(root: MappingNode, *, origin: bool = False) -> str:
    """Give ``root`` as YAML in block style; with ``origin``, ``# file:line`` behind each value."""
    lines = []
    for text, node in _iter_lines(root, ""):
        if origin and node is not None:
            place = node.place
            lines.append(f"{text.ljust(ORIGIN_COLUMN)}  # {place.path}:{place.span.line}")
        else:
            lines.append(text)
    return "".join(f"{line}\n" for line in lines)


def iter_origins(node: Node, key_path: str = "") -> Iterator[tuple[str, ScalarNode]]:
    """Give every scalar with its key path, such as ``extensions[0].with.url``."""
    if isinstance(node, ScalarNode):
        yield key_path, node
    elif isinstance(node, SequenceNode):
        for index, item in enumerate(node.items):
            yield from iter_origins(item, f"{key_path}[{index}]")
    elif isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield from iter_origins(entry.value, f"{key_path}.{key}" if key_path else key)


def to_json(node: Node) -> Any:  # noqa: ANN401 - YAML holds anything
    """Give the Python value of what JSON can hold; a number that is none or infinite is a text."""
    if isinstance(node, ScalarNode):
        is_number = isinstance(node.value, float)
        return node.text if is_number and not math.isfinite(float(node.value or 0)) else node.value
    if isinstance(node, SequenceNode):
        return [to_json(item) for item in node.items]
    assert isinstance(node, MappingNode)
    return {key: to_json(entry.value) for key, entry in node.entries.items()}


def _iter_lines(node: Node, indent: str) -> Iterator[tuple[str, Node | None]]:
    if isinstance(node, MappingNode):
        for key, entry in node.entries.items():
            yield from _iter_entry(f"{indent}{_render_text(key)}:", entry.value, indent + "  ")
    elif isinstance(node, SequenceNode):
        for item in node.items:
            if isinstance(item, ScalarNode) or not _has_lines(item):
                yield from _iter_entry(f"{indent}-", item, indent)
                continue
            lines = _iter_lines(item, indent + "  ")
            text, first = next(lines)
            yield f"{indent}- {text[len(indent) + 2 :]}", first
            yield from lines


def _iter_entry(start: str, value: Node, indent: str) -> Iterator[tuple[str, Node | None]]:
    if isinstance(value, ScalarNode):
        yield f"{start} {_render_scalar(value)}", value
    elif not _has_lines(value):
        yield f"{start} {'[]' if isinstance(value, SequenceNode) else '{}'}", value
    else:
        yield start, None
        yield from _iter_lines(value, indent)


def _has_lines(node: Node) -> bool:
    return bool(
        node.items
        if isinstance(node, SequenceNode)
        else isinstance(node, MappingNode) and node.entries
    )


def _render_scalar(scalar: ScalarNode) -> str:
    if isinstance(scalar.value, str):
        return _render_text(scalar.value)
    return json.dumps(scalar.value) if not isinstance(scalar.value, float) else scalar.text


def _render_text(text: str) -> str:
    is_plain = PLAIN.fullmatch(text) and isinstance(parse_scalar(text), str)
    if is_plain and text.lower() not in WORDS_OF_OLD_YAML:
        return text
    return UNPRINTABLE.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    """Write a character that YAML takes, or a reader sees, only as an escape."""
    number = ord(match.group())
    return f"\\u{number:04x}" if number <= BASIC_PLANE else f"\\U{number:08x}"
