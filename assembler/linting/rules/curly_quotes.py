"""Find typographic quotes where YAML's quotes were meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CURLY_QUOTES
from assembler.document.nodes import MappingNode, ScalarNode, iter_nodes
from assembler.document.traps import CURLY
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import FileFacts

__all__ = ["RULE"]


def check_quotes(facts: FileFacts) -> Iterator[Diagnostic]:
    """Warn of each unquoted key or value that begins or ends with a typographic quote."""
    if facts.source.isascii():  # it is not walked
        return
    for scalar in _iter_texts(facts.root):
        marks = [mark for mark in (scalar.text[:1], scalar.text[-1:]) if mark and mark in CURLY]
        if scalar.plain and marks:
            yield CURLY_QUOTES.at(
                scalar.place,
                f"{' and '.join(dict.fromkeys(marks))} are not YAML's quotes: "
                "they are part of the string",
                hint='Write " instead, or put " around the string to keep them.',
            )


def _iter_texts(root: Node) -> Iterator[ScalarNode]:
    for node in iter_nodes(root):
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, MappingNode):
            yield from (entry.key for entry in node.entries.values())


RULE = Rule(CURLY_QUOTES, check_file=check_quotes)
