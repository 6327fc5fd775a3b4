"""Hold parsed YAML in which every value knows its file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from assembler.diagnostics.diagnostic import Place, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = [
    "Entry",
    "MappingNode",
    "Mark",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "find_place",
    "find_text",
    "is_reference",
    "is_reference_key",
    "iter_scalars",
    "remove_all",
    "to_plain",
]


class Mark(Protocol):
    """A position as PyYAML gives it: line and column from 0."""

    line: int
    column: int


class Node:
    """A value of a document; `start` and `end` are PyYAML's marks, kept as they come for speed.

    Without ``has_dollar`` no text at or below it has a dollar sign: it means what it says.
    """

    __slots__ = ("end", "has_dollar", "path", "start")

    # Each kind sets these itself: a call of a base class is a third of building a node.
    path: str  # as it is shown to the user
    start: Mark
    end: Mark
    has_dollar: bool

    @property
    def place(self) -> Place:
        """The file and the span, lines and columns from 1."""
        start, end = self.start, self.end
        return Place(
            self.path, Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        )


class ScalarNode(Node):
    """A text, and the value that YAML's core rules (or, once interpolated, its type) make of it."""

    __slots__ = ("plain", "text", "unknown", "value", "written")

    def __init__(  # noqa: PLR0913 - the slots of a node, built by one loop
        self,
        path: str,
        start: Mark,
        end: Mark,
        text: str,
        value: bool | float | str | None,  # noqa: FBT001 - what YAML made of the text
        *,
        plain: bool,
        written: str | None = None,
        unknown: bool = False,
        has_dollar: bool = True,
    ) -> None:
        """Keep ``text`` and the ``value`` it means.

        ``plain`` is false for quoted and block scalars; ``written`` is the text with its ``${…}``
        where this is the outcome of an interpolation, else ``None``. ``unknown`` says that the
        environment did not give what the text needs: ``text`` and ``value`` are then as written.
        """
        self.path = path
        self.start = start
        self.end = end
        self.text = text
        self.value = value
        self.plain = plain
        self.written = written
        self.unknown = unknown
        self.has_dollar = has_dollar

    @property
    def is_interpolated(self) -> bool:
        """Whether the environment had a say in the text."""
        return self.written is not None


class SequenceNode(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(
        self, path: str, start: Mark, end: Mark, items: list[Node], *, has_dollar: bool = True
    ) -> None:
        """Keep the items in their order."""
        self.path = path
        self.start = start
        self.end = end
        self.items = items
        self.has_dollar = has_dollar


class Entry(NamedTuple):
    """One key of a mapping with its value."""

    key: ScalarNode
    value: Node


class MappingNode(Node):
    """A mapping: keys are texts, in the order written; they count for ``has_dollar``, too."""

    __slots__ = ("entries",)

    def __init__(
        self,
        path: str,
        start: Mark,
        end: Mark,
        entries: dict[str, Entry],
        *,
        has_dollar: bool = True,
    ) -> None:
        """Keep the entries by their key's text."""
        self.path = path
        self.start = start
        self.end = end
        self.entries = entries
        self.has_dollar = has_dollar

    def get(self, key: str) -> Node | None:
        """Give the value of ``key``, or ``None`` if it is not there."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value


def find_text(node: Node | None) -> str | None:
    """Return a string whose value is known; ``None`` for anything else."""
    is_text = isinstance(node, ScalarNode) and isinstance(node.value, str) and not node.unknown
    return str(node.value) if is_text and isinstance(node, ScalarNode) else None


def is_reference(node: Node) -> bool:
    """Tell whether ``node`` is a mapping with a key that starts with ``$``: ``{$config: KEY}``."""
    return (
        isinstance(node, MappingNode)
        and node.has_dollar
        and any(map(is_reference_key, node.entries))
    )


def is_reference_key(key: str) -> bool:
    """Tell whether ``key`` says what a reference is; a `${…}`, which no key may have, does not."""
    return key.startswith("$") and not key.startswith("${")


def to_plain(node: Node, *, as_text: bool = False) -> Any:  # noqa: ANN401 - YAML holds anything
    """Give the Python value: dicts, lists and scalars.

    With ``as_text`` a scalar that was interpolated gives its text, for a schema that knows the
    type; without, it gives the value that the core rules made of it.
    """
    if isinstance(node, ScalarNode):
        return node.text if as_text and node.written is not None else node.value
    if isinstance(node, MappingNode):
        return {key: to_plain(entry[1], as_text=as_text) for key, entry in node.entries.items()}
    assert isinstance(node, SequenceNode)
    return [to_plain(item, as_text=as_text) for item in node.items]


def iter_scalars(node: Node, *, has_keys: bool = False) -> Iterator[ScalarNode]:
    """Give every value that is a scalar, depth first; with ``has_keys`` the keys as well."""
    if isinstance(node, ScalarNode):
        yield node
    elif isinstance(node, SequenceNode):
        for item in node.items:
            yield from iter_scalars(item, has_keys=has_keys)
    elif isinstance(node, MappingNode):
        for entry in node.entries.values():
            if has_keys:
                yield entry.key
            yield from iter_scalars(entry.value, has_keys=has_keys)


def find_place(
    root: Node, location: Sequence[str | int], *, at_key: bool = False
) -> tuple[Place, Node]:
    """Walk from ``root`` along ``location`` as far as it goes.

    Keys step into mappings and integers into lists; a part that is neither (the tag of a pydantic
    union, a key that is missing) is passed over. Gives the place and the node that was reached;
    with ``at_key`` the place is that of the last key instead of its value.
    """
    node, place = root, root.place
    for part in location:
        if isinstance(node, MappingNode) and isinstance(part, str) and part in node.entries:
            entry = node.entries[part]
            node = entry.value
            place = entry.key.place if at_key else node.place
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            place = node.place
    return place, node


def remove_all(root: MappingNode, locations: Iterable[Sequence[str | int]]) -> MappingNode:
    """Give ``root`` without what ``locations`` lead to; one that leads nowhere changes nothing."""
    removed = _remove(root, [tuple(location) for location in locations])
    assert isinstance(removed, MappingNode)
    return removed


def _remove(node: Node, locations: list[tuple[str | int, ...]]) -> Node:
    below: dict[str | int, list[tuple[str | int, ...]]] = {}
    for part, *rest in locations:
        below.setdefault(part, []).append(tuple(rest))
    if isinstance(node, MappingNode):
        entries = {
            key: Entry(entry.key, _remove(entry.value, below[key])) if key in below else entry
            for key, entry in node.entries.items()
            if key not in below or _is_below(entry.value, below[key])
        }
        return MappingNode(node.path, node.start, node.end, entries)
    if isinstance(node, SequenceNode):
        items = [
            _remove(item, below[index]) if index in below else item
            for index, item in enumerate(node.items)
            if index not in below or _is_below(item, below[index])
        ]
        return SequenceNode(node.path, node.start, node.end, items)
    return node


def _is_below(node: Node, locations: list[tuple[str | int, ...]]) -> bool:
    """Tell whether all of ``locations`` lead into ``node``, and so leave something of it."""
    return not isinstance(node, ScalarNode) and all(locations)
