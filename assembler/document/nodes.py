"""Hold parsed YAML in which every value knows its file, line and column.

Nodes do not change once they are read: `dataclasses.replace` and `map_children` make new ones.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeGuard, TypeVar

from assembler.diagnostics.diagnostic import Place, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    Change = Callable[[str | int, "Node"], "Node | None"]

__all__ = [
    "STEP_LISTS",
    "AnyNode",
    "Entry",
    "KeyPath",
    "MappingNode",
    "Mark",
    "Node",
    "ScalarNode",
    "SequenceNode",
    "build_place",
    "find_place",
    "find_text",
    "get_children",
    "is_null",
    "is_reference",
    "is_reference_key",
    "iter_nodes",
    "iter_scalars",
    "iter_steps",
    "map_children",
    "remove_all",
    "to_plain",
]

STEP_LISTS = ("patches", "config", "extensions")  # the keys of a profile that hold its steps
KeyPath = tuple[str | int, ...]
AnyNode = TypeVar("AnyNode", bound="Node")


class Mark(Protocol):
    """A position as PyYAML gives it: line and column from 0."""

    line: int
    column: int


def build_place(path: str, start: Mark, end: Mark) -> Place:
    """Build the place between two marks."""
    return Place(path, Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1))


@dataclass(slots=True, eq=False, repr=False)  # a `repr` would show secrets
class Node:
    """A value of a document; `start` and `end` are PyYAML's marks, kept as they come for speed."""

    path: str  # as it is shown to the user
    start: Mark
    end: Mark
    # False: no text at or below it, keys included, has a dollar sign. Only the reader knows that.
    # Walks that look for `$` skip such nodes, which makes linting a fifth faster.
    has_dollar: bool = field(default=True, init=False)

    @property
    def place(self) -> Place:
        """The file and the span, lines and columns from 1."""
        return build_place(self.path, self.start, self.end)


@dataclass(slots=True, eq=False, repr=False)
class ScalarNode(Node):
    """A string, and what YAML's core rules (or, once interpolated, its type) make of it."""

    text: str
    value: bool | float | str | None
    plain: bool = field(kw_only=True)  # neither quoted nor a block
    written: str | None = None  # the text with its `${…}`, if this is the result of interpolation
    unknown: bool = False  # the environment lacks what the text needs, which is then as written

    @property
    def is_interpolated(self) -> bool:
        """Whether the text had a `${…}`."""
        return self.written is not None

    def for_schema(self) -> bool | float | str | None:
        """Return what a schema that knows the type should read: the text if it was interpolated."""
        return self.value if self.written is None else self.text


@dataclass(slots=True, eq=False, repr=False)
class SequenceNode(Node):
    """A list."""

    items: list[Node]


class Entry(NamedTuple):
    """One key of a mapping with its value."""

    key: ScalarNode
    value: Node


@dataclass(slots=True, eq=False, repr=False)
class MappingNode(Node):
    """A mapping: keys are strings, in the order written."""

    entries: dict[str, Entry]

    def get(self, key: str) -> Node | None:
        """Return the value of ``key``, or ``None`` if it is absent."""
        entry = self.entries.get(key)
        return None if entry is None else entry.value

    def without(self, keys: Collection[str]) -> MappingNode:
        """Return the mapping without ``keys``."""
        return replace(self, entries={k: e for k, e in self.entries.items() if k not in keys})


def find_text(node: Node | None) -> str | None:
    """Return a string whose value is known; ``None`` for anything else."""
    if not isinstance(node, ScalarNode) or node.unknown or not isinstance(node.value, str):
        return None
    return node.value


def is_null(node: Node | None) -> bool:
    """Return whether ``node`` is null, as where nothing follows ``key:``."""
    return isinstance(node, ScalarNode) and node.value is None


def is_reference(node: Node | None) -> TypeGuard[MappingNode]:
    """Return whether ``node`` is a mapping such as ``{$config: KEY}``."""
    return (
        isinstance(node, MappingNode)
        and node.has_dollar
        and any(map(is_reference_key, node.entries))
    )


def is_reference_key(key: str) -> bool:
    """Return whether ``key`` starts with ``$``; a `${…}`, which no key may have, does not count."""
    return key.startswith("$") and not key.startswith("${")


def get_children(node: Node | None) -> list[tuple[str | int, Node]]:
    """Return the values of a mapping or a list with their keys or indexes; none for a scalar."""
    if isinstance(node, MappingNode):
        return [(key, entry[1]) for key, entry in node.entries.items()]
    return list(enumerate(node.items)) if isinstance(node, SequenceNode) else []


def iter_nodes(
    node: Node | None, *, skipped: Collection[str] = (), needs_dollar: bool = False
) -> Iterator[Node]:
    """Yield ``node`` and all below it, depth first, but for the values of ``skipped`` keys.

    With ``needs_dollar`` what is below without a dollar sign is left out.
    """
    open_nodes = [] if node is None else [node]
    while open_nodes:
        node = open_nodes.pop()
        if needs_dollar and not node.has_dollar:
            continue
        yield node
        if isinstance(node, MappingNode):
            below = [entry[1] for key, entry in node.entries.items() if key not in skipped]
            open_nodes += reversed(below)
        elif isinstance(node, SequenceNode):
            open_nodes += reversed(node.items)


def iter_scalars(node: Node | None, *, needs_dollar: bool = False) -> Iterator[ScalarNode]:
    """Yield every value at and below ``node`` that is a scalar, as `iter_nodes` finds them."""
    for each in iter_nodes(node, needs_dollar=needs_dollar):
        if isinstance(each, ScalarNode):
            yield each


def iter_steps(root: MappingNode, lists: Iterable[str] = STEP_LISTS) -> Iterator[Node]:
    """Yield the steps of a profile as they are written: mappings, strings, or what is wrong."""
    for key in lists:
        steps = root.get(key)
        if isinstance(steps, SequenceNode):
            yield from steps.items


def map_children(node: AnyNode, change: Change, *, needs_dollar: bool = False) -> AnyNode:
    """Return ``node`` with each child replaced by what ``change`` returns for its key and itself.

    A child is left out where that is ``None``. What does not change is shared, ``node`` included.
    With ``needs_dollar`` children without a dollar sign stay as they are.
    """
    changed = {}
    for key, old in get_children(node):
        if needs_dollar and not old.has_dollar:
            continue
        new = change(key, old)
        if new is not old:
            changed[key] = new
    if not changed:
        return node
    if isinstance(node, MappingNode):
        entries: dict[Any, Entry] = dict(node.entries)
        for key, new in changed.items():
            if new is None:
                del entries[key]
            else:
                entries[key] = Entry(entries[key].key, new)
        return MappingNode(node.path, node.start, node.end, entries)  # type: ignore[return-value]
    assert isinstance(node, SequenceNode)
    items = (changed.get(index, item) for index, item in enumerate(node.items))
    return replace(node, items=[item for item in items if item is not None])


def to_plain(node: Node, read: Callable[[ScalarNode], Any] | None = None) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return the Python value: dicts, lists, and what ``read`` returns of a scalar.

    Without ``read`` that is its value.
    """
    if isinstance(node, ScalarNode):
        return node.value if read is None else read(node)
    if isinstance(node, MappingNode):
        return {key: to_plain(value, read) for key, (_, value) in node.entries.items()}
    assert isinstance(node, SequenceNode)
    return [to_plain(item, read) for item in node.items]


def find_place(
    root: Node, location: Iterable[str | int], *, at_key: bool = False
) -> tuple[Place, Node]:
    """Walk from ``root`` along ``location`` as far as it goes.

    Keys step into mappings and integers into lists; a part that is neither (the tag of a pydantic
    union, a key that is missing) is passed over. Returns the place and the node that was reached;
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


def remove_all(root: AnyNode, locations: Iterable[KeyPath]) -> AnyNode:
    """Return ``root`` without what ``locations`` lead to, and without lists that this empties.

    A location that leads nowhere changes nothing.
    """
    below: dict[str | int, list[KeyPath]] = {}
    for part, *rest in locations:
        below.setdefault(part, []).append(tuple(rest))

    def change(part: str | int, child: Node) -> Node | None:
        if part not in below:
            return child
        if isinstance(child, ScalarNode) or not all(below[part]):
            return None
        left = remove_all(child, below[part])
        return None if isinstance(left, SequenceNode) and not left.items else left

    return map_children(root, change)
