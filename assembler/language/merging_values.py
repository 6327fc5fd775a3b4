"""Merge two values of a profile: mappings by key, all else is replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.document.nodes import (
    AnyNode,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_null,
    is_reference,
    map_children,
)

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Collector

__all__ = [
    "OF_THE_OLD_USE",
    "REPLACED_WHOLE",
    "get_use",
    "is_unset",
    "is_unset_item",
    "merge_used",
    "merge_values",
    "strip_unset",
]

OF_THE_OLD_USE = ("with", "init", "as", "close")  # means something else once `use` is another
REPLACED_WHOLE = ("when",)  # a condition of two kinds at once would be none


def merge_values(old: Node, new: Node, found: Collector) -> Node:
    """Return ``old`` as ``new`` changes it."""
    both = isinstance(old, MappingNode) and isinstance(new, MappingNode)
    if not both or is_reference(old) or is_reference(new):
        return strip_unset(new, found)
    assert isinstance(old, MappingNode)
    assert isinstance(new, MappingNode)
    entries = dict(old.entries)
    for key, entry in new.entries.items():
        before = entries.get(key)
        if is_unset(entry.value, found):
            entries.pop(key, None)
        elif before is None or key in REPLACED_WHOLE:
            entries[key] = Entry(entry.key, strip_unset(entry.value, found))
        else:
            entries[key] = Entry(entry.key, merge_values(before.value, entry.value, found))
    return replace(new, entries=entries)


def merge_used(
    old: MappingNode, new: MappingNode, found: Collector, default: str | None = None
) -> MappingNode:
    """Merge two mappings with a ``use``; if it changes, the options of the old one are dropped."""
    changes = "use" in new.entries and get_use(new, default) != get_use(old, default)
    if changes:
        old = old.without(OF_THE_OLD_USE)
    empty = [key for key in ("with", "init") if is_null(new.get(key))]  # these change nothing
    merged = merge_values(old, new.without(empty), found)
    assert isinstance(merged, MappingNode)
    return merged


def get_use(node: MappingNode, default: str | None) -> str | None:
    """Return the ``use`` of ``node``, or ``default`` if it has none."""
    use = node.get("use")
    return use.text if isinstance(use, ScalarNode) else default


def is_unset(node: Node, found: Collector) -> bool:
    """Return whether a mapping's value is ``{$unset: true}``, and report it if it is malformed."""
    if not isinstance(node, MappingNode) or "$unset" not in node.entries:
        return False
    value = node.get("$unset")
    if len(node.entries) > 1 or not isinstance(value, ScalarNode) or value.value is not True:
        found.add(
            codes.BAD_REFERENCE_MAPPING.at(
                node.entries["$unset"].key.place,
                "$unset must be true, and the only key of its mapping",
                hint="Write `{$unset: true}`.",
            )
        )
    return True


def is_unset_item(item: Node, found: Collector) -> bool:
    """Report an item of a list that is ``{$unset: …}``, and return whether it is."""
    if not isinstance(item, MappingNode) or "$unset" not in item.entries:
        return False
    found.add(
        codes.BAD_REFERENCE_MAPPING.at(
            item.entries["$unset"].key.place,
            "$unset removes a key of a mapping, not an item of a list",
            hint="Write the whole list, or turn a step off with `when: false`.",
        )
    )
    return True


def strip_unset(node: AnyNode, found: Collector) -> AnyNode:
    """Remove every ``{$unset: true}`` that has nothing to unset."""
    has_items = isinstance(node, SequenceNode)

    def change(_: str | int, child: Node) -> Node | None:
        is_removed = (is_unset_item if has_items else is_unset)(child, found)
        return None if is_removed else strip_unset(child, found)

    return map_children(node, change, needs_dollar=True)
