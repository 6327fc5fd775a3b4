"""Merge the steps of an overlay into those of its base: by name, new ones beside their anchors."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Related
from assembler.diagnostics.suggestion import render_names, render_naming, render_suggestion
from assembler.document.fixes import build_rename
from assembler.document.nodes import (
    STEP_LISTS,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    is_null,
    iter_steps,
    map_children,
)
from assembler.language.merging_values import (
    OF_THE_OLD_USE,
    get_use,
    is_unset_item,
    merge_used,
    strip_unset,
)

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Collector, Place

__all__ = [
    "Changes",
    "StepChange",
    "as_step_mapping",
    "get_step_name",
    "merge_steps",
    "with_step_mappings",
]


class StepChange(NamedTuple):
    """What an overlay did to a step of its bases."""

    key: str  # the list of the step
    name: str
    old: Place  # of the step in the bases
    new: Place  # of the overlay's step


@dataclass(frozen=True, slots=True)
class Changes:
    """What overlays did that their authors may not see in them."""

    moved: list[StepChange] = field(default_factory=list)
    replaced: list[StepChange] = field(default_factory=list)  # by steps without a `name`

    def find_moves(self, root: MappingNode) -> dict[Place, list[tuple[Place, Place]]]:
        """Return from where and by what steps were moved, by where ``root`` says their names."""
        moves: dict[tuple[str, str], list[tuple[Place, Place]]] = {}
        for one in self.moved:
            moves.setdefault((one.key, one.name), []).append((one.old, one.new))
        return {
            _name_place(step): moves[key, name]
            for key in {key for key, _ in moves}
            for step in iter_steps(root, (key,))
            if isinstance(step, MappingNode)
            and (name := get_step_name(step)) is not None
            and (key, name) in moves
        }


def get_step_name(step: Node) -> str | None:
    """Return a step's name: its ``name``, else its ``use``; ``None`` if it has neither."""
    if not isinstance(step, MappingNode):
        return None
    for key in ("name", "use"):
        node = step.get(key)
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            return node.text
    return None


def as_step_mapping(item: Node) -> Node:
    """Return a step that is just a string as ``{use: …}``; anything else unchanged."""
    if not isinstance(item, ScalarNode) or not isinstance(item.value, str):
        return item
    key = ScalarNode(item.path, item.start, item.start, "use", "use", plain=True)
    step = MappingNode(item.path, item.start, item.end, {"use": Entry(key, item)})
    step.has_dollar = item.has_dollar
    return step


def with_step_mappings(document: MappingNode, found: Collector) -> MappingNode:
    """Write every step that is just a string as ``{use: …}``, and report duplicate names."""

    def change(key: str | int, child: Node) -> Node:
        if key not in STEP_LISTS or not isinstance(child, SequenceNode):
            return child
        steps = [as_step_mapping(item) for item in child.items]
        _check_names(steps, found)
        return child if steps == child.items else replace(child, items=steps)

    return map_children(document, change)


def _check_names(steps: list[Node], found: Collector) -> None:
    first: dict[str, MappingNode] = {}
    for step in steps:
        name = get_step_name(step)
        if name is None or not isinstance(step, MappingNode):
            continue
        if name not in first:
            first[name] = step
            continue
        found.add(
            codes.DUPLICATE_NAME.at(
                _name_place(step),
                f"two steps in this list are named '{name}'",
                hint="Remove one, or set another `name`.",
                related=(Related(_name_place(first[name]), "first used here"),),
            )
        )


def _name_place(step: MappingNode) -> Place:
    node = step.get("name") or step.get("use")
    assert node is not None
    return node.place


def merge_steps(
    key: str, base: SequenceNode, overlay: SequenceNode, found: Collector, changes: Changes
) -> SequenceNode:
    """Return the steps of the list ``key`` as an overlay changes them."""
    merging = _Merging(key, base.items, found, changes)
    late = []
    for step in overlay.items:
        if merging.must_wait(step):
            late.append(step)
        else:
            merging.add(step)
    for step in late:
        merging.add(step)
    return replace(overlay, items=merging.steps)


class _Merging:
    """One list of steps while an overlay is merged into it."""

    def __init__(self, key: str, steps: list[Node], found: Collector, changes: Changes) -> None:
        self.steps = list(steps)
        self._key = key
        self._found = found
        self._changes = changes
        self._names = [get_step_name(step) for step in steps]
        self._known = set(self._names)  # to ask a list is too slow where there are thousands
        self._last: dict[str, str] = {}  # what the overlay placed last right after each step

    def must_wait(self, step: Node) -> bool:
        """Return whether a step of the base is to move beside one that is not there yet."""
        if not isinstance(step, MappingNode) or get_step_name(step) not in self._known:
            return False
        return not self._known.issuperset(_texts(step.get("after")) + _texts(step.get("before")))

    def add(self, step: Node) -> None:
        """Merge one step of the overlay."""
        if is_unset_item(step, self._found):
            return
        name = get_step_name(step)
        if not isinstance(step, MappingNode) or name is None:
            self.steps.append(strip_unset(step, self._found))  # which validating reports
            self._names.append(None)
        elif name in self._known:
            self._change(name, step)
        elif step.get("use") is None and not _is_endpoint(step):
            self._report_unmatched(name, step)
        else:
            self._insert(name, step, strip_unset(step, self._found))

    def _change(self, name: str, step: MappingNode) -> None:
        position = self._names.index(name)
        old = self.steps[position]
        assert isinstance(old, MappingNode)  # since it has a name
        merged = self.steps[position] = merge_used(old, step, self._found)
        change = StepChange(self._key, name, _name_place(old), _name_place(step))
        if step.get("name") is None and any(
            not is_null(step.get(key)) for key in OF_THE_OLD_USE if key in step.entries
        ):
            self._changes.replaced.append(change)
        if not self._is_on_its_side(name, step, position):
            del self.steps[position], self._names[position]
            if self._insert(name, step, merged) != position:
                self._changes.moved.append(change)

    def _is_on_its_side(self, name: str, step: MappingNode, position: int) -> bool:
        """Return whether the step is where the overlay's ``after`` and ``before`` ask for it."""
        after, before = (self._find_positions(step, key, name) for key in ("after", "before"))
        return all(one < position for one in after) and all(one > position for one in before)

    def _insert(self, name: str, step: MappingNode, merged: MappingNode) -> int:
        """Place a step after the last of its ``after``, else before its ``before``, else last.

        What the overlay places after the same step keeps its written order.
        """
        after, before = (self._find_positions(step, key, name) for key in ("after", "before"))
        position = min(before, default=len(self._names))
        if after:
            anchor = self._names[max(after)]
            end = self._find_end(anchor)
            position = min([end, *(one for one in before if one > max(after))])
            if position == end and anchor is not None:
                self._last[anchor] = name
        self.steps.insert(position, merged)
        self._names.insert(position, name)
        self._known.add(name)
        return position

    def _find_end(self, anchor: str | None) -> int:
        """Return the position behind a step and all that the overlay placed after it."""
        while anchor in self._last:
            anchor = self._last[anchor]
        return self._names.index(anchor) + 1

    def _find_positions(self, step: MappingNode, key: str, own: str) -> list[int]:
        known = (name for name in _texts(step.get(key)) if name in self._known and name != own)
        return [self._names.index(name) for name in known]

    def _report_unmatched(self, name: str, step: MappingNode) -> None:
        node = step.entries["name"].value
        known = list(filter(None, self._names))
        uses = {
            get_step_name(one) or "": get_use(one, None)
            for one in self.steps
            if isinstance(one, MappingNode)
        }
        bases = f"The bases have {render_names(known)}. " if known else ""
        otherwise = render_suggestion(name, known, f"{bases}A new step needs a `use`.")
        self._found.add(
            codes.OVERRIDE_MATCHES_NOTHING.at(
                node.place,
                f"no base has a step named '{name}', and this step has no `use`",
                hint=render_naming(name, uses) or otherwise,
                fix=build_rename(node, known),
            )
        )


def _is_endpoint(step: MappingNode) -> bool:
    adapter = step.get("as")
    return isinstance(adapter, ScalarNode) and adapter.text == "add_url_rule"


def _texts(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, SequenceNode) else [node]
    return [item.text for item in items if isinstance(item, ScalarNode)]
