"""Resolve aliases, within limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from assembler.diagnostics import codes
from assembler.diagnostics.suggestion import render_suggestion
from assembler.document.nodes import Node, ScalarNode, build_place, get_children

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Code, Collector, Diagnostic

__all__ = ["LIMIT_ALIAS_NODES", "LIMIT_DEPTH", "Anchors", "UnusableError", "render_depth"]

LIMIT_DEPTH = 100
LIMIT_ALIAS_NODES = 10_000
"""How many nodes all aliases of one document may expand to."""


class UnusableError(Exception):
    """Raised where the rest of the document cannot be read; the diagnostic is already collected."""

    def __init__(self, index: int) -> None:
        """Store where reading stopped."""
        super().__init__(f"reading stopped at {index}")
        self.index = index


class Anchors:
    """The anchors of one document, and a count of what its aliases expand to."""

    __slots__ = ("_alias_nodes", "_nodes", "found", "path")

    def __init__(self, path: str, found: Collector) -> None:
        """Start without anchors; ``path`` is what is shown to the user."""
        self.path = path
        self.found = found
        self._nodes: dict[str, Node | None] = {}  # None: begun, not ended
        self._alias_nodes = 0

    # PyYAML has no types for the attributes of its events.
    def begin(self, event: Any) -> None:  # noqa: ANN401 - see above
        """Note the anchor of ``event``, if it has one, before its node is read."""
        if event.anchor is None:
            return
        if event.anchor in self._nodes:
            message = f"anchor '{event.anchor}' is set twice"
            self._refuse(codes.YAML_SYNTAX, event, message, "Rename one of the two.")
        self._nodes[event.anchor] = None

    def end(self, event: Any, node: Node) -> None:  # noqa: ANN401 - see above
        """Store the node of the anchor of ``event``, if it has one."""
        if event.anchor is None:
            return
        self._nodes[event.anchor] = node
        if isinstance(node, ScalarNode) and node.plain and not node.text:
            message = f"anchor '{event.anchor}' has no value"
            hint = f'Quote it if it is a string: "&{event.anchor}".'
            self.found.add(
                codes.YAML_SYNTAX.at(
                    build_place(self.path, event.start_mark, event.end_mark), message, hint=hint
                )
            )

    def read_alias(self, event: Any, depth: int) -> Node:  # noqa: ANN401 - see above
        """Return the node of an alias; a scalar is copied to the alias's own place.

        Raises:
            UnusableError: if it has no anchor, contains itself, or exceeds a limit.

        """
        name = event.anchor
        if name not in self._nodes:
            hint = render_suggestion(
                name, self._nodes, "Define the anchor first, or quote the string."
            )
            message = f"alias '{name}' has no anchor before it"
            self._refuse(codes.YAML_SYNTAX, event, message, hint)
        node = self._nodes[name]
        if node is None:
            message = f"alias '{name}' is inside its own anchor"
            hint = "Write the value out instead of the alias."
            self._refuse(codes.ALIAS_CYCLE, event, message, hint)
        self._count(node, event, depth)
        if isinstance(node, ScalarNode):
            start, end = event.start_mark, event.end_mark
            return ScalarNode(self.path, start, end, node.text, node.value, plain=node.plain)
        return node

    def _count(self, node: Node, event: Any, depth: int) -> None:  # noqa: ANN401 - see above
        """Count what an alias expands to, nested aliases included, against the limits."""
        self._alias_nodes += 1
        if self._alias_nodes > LIMIT_ALIAS_NODES:
            message = f"aliases expand to more than the limit of {LIMIT_ALIAS_NODES:,} values"
            hint = "Write the values out where they are needed."
            self._refuse(codes.ALIAS_BOMB, event, message, hint)
        if isinstance(node, ScalarNode):
            return
        if depth >= LIMIT_DEPTH:
            self.found.add(render_depth(self.path, event))
            raise UnusableError(event.start_mark.index)
        for _, child in get_children(node):
            self._count(child, event, depth + 1)

    def _refuse(self, code: Code, event: Any, message: str, hint: str | None) -> NoReturn:  # noqa: ANN401 - see above
        self.found.add(
            code.at(build_place(self.path, event.start_mark, event.end_mark), message, hint=hint)
        )
        raise UnusableError(event.start_mark.index)

    def _report(self, code: Code, event: Any, message: str, hint: str | None) -> None:  # noqa: ANN401 - see above
        place = build_place(self.path, event.start_mark, event.end_mark)
        self.found.add(code.at(place, message, hint=hint))


def render_depth(path: str, event: Any) -> Diagnostic:  # noqa: ANN401 - see above
    """Build the diagnostic for nesting beyond the limit."""
    message = f"nested deeper than the limit of {LIMIT_DEPTH} levels"
    place = build_place(path, event.start_mark, event.end_mark)
    return codes.NESTED_TOO_DEEP.at(place, message, hint="Flatten the structure.")
