"""Test that no profile, however bent, gives anything but a plan or diagnostics inside its file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assembler.diagnostics.diagnostic import Collector, ProfileError
from assembler.document.document import load_document
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode
from assembler.planning.loading import load_plan, load_profile
from assembler.rendering.diagnostics import render_diagnostics
from tests.fuzz.seeds import write_project
from tests.fuzz.target import LinterTarget
from tests.planning.test_profiles import ENV, VALID, find_names
from tests.support.examples import count_examples
from tests.support.odd_values import ODD_VALUES
from tests.support.places import is_inside, split_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic


def to_tree(node: Node) -> Any:  # noqa: ANN401 - YAML holds anything
    """Return a tree that can be bent: pairs, lists, and scalars as YAML writes them."""
    if isinstance(node, MappingNode):
        return ("map", [(key, to_tree(entry.value)) for key, entry in node.entries.items()])
    if isinstance(node, SequenceNode):
        return ("list", [to_tree(item) for item in node.items])
    assert isinstance(node, ScalarNode)
    plain = node.plain and not isinstance(node.value, str)
    return node.text if plain else json.dumps(node.text, ensure_ascii=False)


def iter_places(tree: Any, path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:  # noqa: ANN401 - see above
    """Return the path of every node below ``tree``."""
    if isinstance(tree, tuple):
        for index, child in enumerate(tree[1]):
            yield (*path, index)
            below = child[1] if tree[0] == "map" else child
            yield from iter_places(below, (*path, index))


def find_parent(tree: Any, path: tuple[int, ...]) -> tuple[str, list[Any]]:  # noqa: ANN401 - see above
    """Return the kind and the children of what holds the node at ``path``."""
    for index in path[:-1]:
        child = tree[1][index]
        tree = child[1] if tree[0] == "map" else child
    return tree[0], tree[1]


def bend(tree: Any, data: st.DataObject) -> None:  # noqa: ANN401 - see above
    """Drop, double, replace, rename or wrap one node of the tree."""
    paths = list(iter_places(tree))
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    kind, children = find_parent(tree, path)
    index = path[-1]
    key, value = children[index] if kind == "map" else (None, children[index])
    how = data.draw(st.sampled_from(["drop", "double", "replace", "rename", "wrap", "move"]))
    odd = data.draw(st.sampled_from(ODD_VALUES))
    if how == "drop":
        del children[index]
    elif how == "double":
        children.insert(index, children[index])
    elif how == "rename" and kind == "map":
        keys = sorted({name for each in paths for name in [find_key(tree, each)] if name})
        children[index] = (data.draw(st.sampled_from([*keys, "", "1", "$import", "${X}"])), value)
    elif how == "move":
        other_kind, others = find_parent(tree, data.draw(st.sampled_from(paths)))
        others.append(("moved", odd) if other_kind == "map" else odd)
    else:
        bent = (
            odd
            if how == "replace"
            else data.draw(
                st.sampled_from(
                    [("list", [value]), ("map", [("use", value)]), ("map", [("$file", value)])]
                )
            )
        )
        children[index] = (key, bent) if kind == "map" else bent


def find_key(tree: Any, path: tuple[int, ...]) -> str | None:  # noqa: ANN401 - see above
    """Return the key of the node at ``path``, if it is in a mapping."""
    kind, children = find_parent(tree, path)
    key: str | None = children[path[-1]][0] if kind == "map" else None
    return key


def render(tree: Any) -> str:  # noqa: ANN401 - see above
    """Write the tree as YAML in flow style, each node on a line of its own."""
    if not isinstance(tree, tuple):
        return str(tree)
    kind, children = tree
    if kind == "list":
        return "[\n " + ",\n ".join(render(child) for child in children) + "\n ]"
    lines = [f"{json.dumps(key, ensure_ascii=False)}: {render(value)}" for key, value in children]
    return "{\n " + ",\n ".join(lines) + "\n }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the bases of the valid profiles."""
    made = tmp_path_factory.mktemp("bent")
    write_project(made)
    return made


@settings(
    max_examples=count_examples(120),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(name=st.sampled_from(find_names(VALID)), count=st.integers(1, 4), data=st.data())
def test_a_bent_profile_gives_a_plan_or_diagnostics_inside_its_file(
    folder: Path, name: str, count: int, data: st.DataObject
) -> None:
    """Planned or linted: never another exception, each diagnostic with a remedy, on one line."""
    document = load_document(VALID / f"{name}.yaml", name, Collector())
    assert document is not None
    tree = to_tree(document)
    for _ in range(count):
        bend(tree, data)
    file = folder / "profile.yaml"
    source = (render(tree) + "\n").encode("utf-8", "surrogatepass")
    file.write_bytes(source)
    before = Path.cwd()
    os.chdir(folder)
    try:
        check_all_that_is_said()
        LinterTarget().check(source.replace(b"bases/", b"../bases/"))
    finally:
        os.chdir(before)


def check_all_that_is_said() -> None:
    """Plan and look at the profile of the current folder, and check what is said of it."""
    for load in (
        lambda: load_plan("profile.yaml", env=ENV),
        lambda: load_profile("profile.yaml", env=None),
    ):
        for one in find_said(load):
            assert is_inside(one.place, split_lines(Path(one.place.path).read_bytes())), one
            assert one.hint, one
            assert all(line.isprintable() for line in render_diagnostics([one]).splitlines())


def find_said(load: Callable[[], object]) -> tuple[Diagnostic, ...]:
    """Return what is said of a profile; nothing if it can be used."""
    try:
        load()
    except ProfileError as error:
        return error.diagnostics
    return ()
