"""Test the walks over parsed documents."""

from __future__ import annotations

from assembler.diagnostics.diagnostic import Collector
from assembler.document.document import parse_document
from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    iter_nodes,
    iter_scalars,
    map_children,
    remove_all,
    to_plain,
)

TEXT = """\
a: {b: [1, $x, {c: 2}], d: 3}
e: [4, 5]
f: ${G}
"""


def parse(text: str = TEXT) -> MappingNode:
    """Parse ``text``, in which nothing is wrong."""
    found = Collector()
    root = parse_document(text.encode(), "web.yaml", found)
    assert root is not None
    assert not found.found
    return root


def get_texts(node: Node, *, needs_dollar: bool = False) -> list[str]:
    """Return the text of each scalar."""
    return [scalar.text for scalar in iter_scalars(node, needs_dollar=needs_dollar)]


def test_walk_is_depth_first_in_written_order() -> None:
    """Aliases and nesting change nothing about it."""
    assert get_texts(parse()) == ["1", "$x", "2", "3", "4", "5", "${G}"]
    assert get_texts(parse("a: &x [1, 2]\nb: *x\n")) == ["1", "2", "1", "2"]


def test_walk_skips_values_of_keys() -> None:
    """At every depth."""
    scalars = [
        one for one in iter_nodes(parse(), skipped={"b", "e"}) if isinstance(one, ScalarNode)
    ]

    assert [scalar.text for scalar in scalars] == ["3", "${G}"]


def test_walk_for_dollars_skips_what_has_none() -> None:
    """Keys count, and so do escapes and aliases."""
    assert get_texts(parse(), needs_dollar=True) == ["$x", "${G}"]
    assert get_texts(parse('a: [1]\nb: ["\\x24"]\n'), needs_dollar=True) == ["$"]
    kept = [*iter_nodes(parse("a: {$b: 1}\nc: {d: 1}\n"), needs_dollar=True)]
    assert [to_plain(node) for node in kept] == [{"a": {"$b": 1}, "c": {"d": 1}}, {"$b": 1}]
    assert get_texts(parse("a: &x $y\nb: [*x, 1]\n"), needs_dollar=True) == ["$y", "$y"]


def test_mapping_children_shares_what_does_not_change() -> None:
    """A child that becomes ``None`` is left out."""
    root = parse()

    assert map_children(root, lambda _, child: child) is root
    changed = map_children(root, lambda key, child: None if key == "e" else child)
    assert list(changed.entries) == ["a", "f"]
    assert changed.entries["a"] is root.entries["a"]
    assert list(root.entries) == ["a", "e", "f"]


def test_removing_leaves_no_list_empty() -> None:
    """What leads nowhere changes nothing."""
    root = parse()

    left = remove_all(root, [("a", "b", 2, "c"), ("e", 0), ("e", 1), ("x", "y")])

    assert to_plain(left) == {"a": {"b": [1, "$x", {}], "d": 3}, "f": "${G}"}
    assert remove_all(root, [("x",)]) is root
