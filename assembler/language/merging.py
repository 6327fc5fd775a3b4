"""Merge an overlay into its base: mappings by key, steps by name; all else is replaced."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.document.nodes import Entry, MappingNode, Node, SequenceNode, is_null
from assembler.language.merging_steps import merge_steps, with_step_mappings
from assembler.language.merging_values import is_unset, merge_used, merge_values, strip_unset

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Collector
    from assembler.language.merging_steps import Changes

__all__ = ["DEFAULT_USES", "EMPTY_WHERE_NULL", "MERGED_LISTS", "drop_unset", "merge_profiles"]

MERGED_LISTS = ("config", "extensions")
DEFAULT_USES = {"app": "flask:Flask", "server": "gunicorn"}  # whose options stand without a `use`
# `server:` says nothing.
EMPTY_WHERE_NULL = frozenset({"app", "server", "worker", "config", "extensions"})


def merge_profiles(
    base: MappingNode, overlay: MappingNode, found: Collector, changes: Changes
) -> MappingNode:
    """Return ``base`` as ``overlay`` changes it; ``changes`` gets what happens to its steps."""
    overlay = with_step_mappings(overlay, found)
    entries = dict(base.entries)
    for key, entry in overlay.entries.items():
        old, new = base.get(key), entry.value
        if is_unset(new, found):
            entries.pop(key, None)
            continue
        if (
            key in MERGED_LISTS
            and isinstance(new, SequenceNode)
            and (old is None or isinstance(old, SequenceNode))
        ):
            merged: Node = merge_steps(key, old or replace(new, items=[]), new, found, changes)
        else:
            merged = _merge_top(key, old, new, found)
        entries[key] = Entry(entry.key, merged)
    return replace(overlay, entries=entries)


def drop_unset(document: MappingNode, found: Collector) -> MappingNode:
    """Return the first layer: steps as mappings, without any ``{$unset: true}``."""
    document = with_step_mappings(document, found)
    return strip_unset(document, found)


def _merge_top(key: str, old: Node | None, new: Node, found: Collector) -> Node:
    if old is None:
        return strip_unset(new, found)
    if key in EMPTY_WHERE_NULL and is_null(new):
        return old
    if key in DEFAULT_USES and isinstance(old, MappingNode) and isinstance(new, MappingNode):
        return merge_used(old, new, found, DEFAULT_USES[key])
    return merge_values(old, new, found)
