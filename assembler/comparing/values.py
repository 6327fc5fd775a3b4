"""Read the values of a composed profile, and compare them with another's."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.comparing.differences import Value, ValueDifference
from assembler.comparing.givers import list_givers
from assembler.diagnostics.diagnostic import Collector
from assembler.document.nodes import (
    STEP_LISTS,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    get_children,
    is_reference,
    iter_scalars,
    map_children,
)
from assembler.language.merging_steps import get_step_name, with_step_mappings
from assembler.planning.step_forms import find_secret_options
from assembler.rendering.profile import render_inline
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.secrets.fingerprints import Fingerprints

__all__ = ["compare_values", "mark_profile", "read_values"]

Pair = tuple[Node, Node]  # as it is, and masked


def read_values(
    root: MappingNode, fingerprints: Fingerprints, prefix: str = ""
) -> dict[str, Value]:
    """Return every value of an interpolated profile, by its key.

    A reference and a list without mappings are one value, a step is named by its name.

    Args:
        root: The profile.
        fingerprints: Of its secrets; the same ones for both sides of a comparison.
        prefix: What the paths of its files are shown with.
    """
    whole = with_step_mappings(root, Collector())
    masked = mask_profile(whole, find_secret_options)
    return {
        key: _build_value(pair, fingerprints, prefix)
        for part, pair in _iter_children((whole, masked))
        for key, pair in _iter_values(pair, str(part))
    }


def mark_profile(root: MappingNode, fingerprints: Fingerprints) -> MappingNode:
    """Return a profile in which each secret is masked, with its fingerprint behind the mask."""
    marked = _mark(root, mask_profile(root, find_secret_options), fingerprints)
    assert isinstance(marked, MappingNode)
    return marked


def _mark(node: Node, masked: Node, fingerprints: Fingerprints) -> Node:
    if isinstance(node, ScalarNode) and isinstance(masked, ScalarNode):
        if node.text == masked.text:
            return node
        text = fingerprints.mark(node.text, masked.text)
        return replace(masked, text=text, value=text)
    children = dict(get_children(node))
    return map_children(masked, lambda part, child: _mark(children[part], child, fingerprints))


def compare_values(left: Mapping[str, Value], right: Mapping[str, Value]) -> list[ValueDifference]:
    """Return each value that came, went or changed, in the order of the right profile."""
    changed = [
        ValueDifference("added" if key not in left else "changed", key, left.get(key), value)
        for key, value in right.items()
        if left.get(key) != value
    ]
    gone = [
        ValueDifference("removed", key, value, None)
        for key, value in left.items()
        if key not in right
    ]
    return changed + gone


def _iter_values(pair: Pair, key: str) -> Iterator[tuple[str, Pair]]:
    if not _is_split(pair[0]):
        yield key, pair
        return
    for part, below in _iter_children(pair):
        if key in STEP_LISTS:
            yield from _iter_step_values(below, f"{key}[{get_step_name(below[0]) or part}]")
        else:
            inner = f"{key}[{part}]" if isinstance(part, int) else f"{key}.{part}"
            yield from _iter_values(below, inner)


def _iter_step_values(pair: Pair, key: str) -> Iterator[tuple[str, Pair]]:
    """Yield the values of a step but for its name, which is in their keys."""
    for part, below in _iter_children(pair):
        if part != "name":
            yield from _iter_values(below, f"{key}.{part}")


def _iter_children(pair: Pair) -> Iterator[tuple[str | int, Pair]]:
    """Yield the children of a node with those of its masked self, which has the same shape."""
    node, masked = pair
    for (part, child), (_, hidden) in zip(get_children(node), get_children(masked), strict=True):
        yield part, (child, hidden)


def _is_split(node: Node) -> bool:
    """Return whether the parts of a node are values by themselves."""
    if isinstance(node, MappingNode):
        return bool(node.entries) and not is_reference(node)
    return isinstance(node, SequenceNode) and any(
        isinstance(item, MappingNode) and not is_reference(item) for item in node.items
    )


def _build_value(pair: Pair, fingerprints: Fingerprints, prefix: str) -> Value:
    node, masked = pair
    scalars = list(iter_scalars(node))
    text = render_inline(node)
    return Value(
        shown=fingerprints.mark(text, render_inline(masked)),
        path=f"{prefix}{node.place.path}",
        line=node.place.span.line,
        variables=tuple(one for scalar in scalars for one in list_givers(scalar, os.environ)),
        compared=(text, *(one.written for one in scalars if one.written is not None)),
    )
