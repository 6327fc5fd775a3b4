"""Merge an overlay into its base: mappings by key, steps by name; all else is replaced."""

from __future__ import annotations

from dataclasses import replace

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Place, Related
from assembler.diagnostics.suggestion import render_names, render_suggestion
from assembler.document.fixes import build_rename
from assembler.document.nodes import (
    STEP_LISTS,
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

__all__ = [
    "DEFAULT_USES",
    "EMPTY_WHERE_NULL",
    "MERGED_LISTS",
    "OF_THE_OLD_USE",
    "REPLACED_WHOLE",
    "as_step_mapping",
    "drop_unset",
    "get_step_name",
    "get_use",
    "merge_profiles",
]

MERGED_LISTS = ("config", "extensions")
OF_THE_OLD_USE = ("with", "init", "as", "close")  # means something else once `use` is another
REPLACED_WHOLE = ("when",)  # a condition of two kinds at once would be none
DEFAULT_USES = {"app": "flask:Flask", "server": "gunicorn"}  # whose options stand without a `use`
EMPTY_WHERE_NULL = frozenset({"app", "server", "config", "extensions"})  # `server:` says nothing


def merge_profiles(base: MappingNode, overlay: MappingNode, found: Collector) -> MappingNode:
    """Return ``base`` as ``overlay`` changes it."""
    overlay = _with_step_mappings(overlay, found)
    entries = dict(base.entries)
    for key, entry in overlay.entries.items():
        if _is_unset(entry.value, found):
            entries.pop(key, None)
            continue
        old = entries.get(key)
        entries[key] = Entry(entry.key, _merge_top(key, old, entry.value, found))
    return replace(overlay, entries=entries)


def drop_unset(document: MappingNode, found: Collector) -> MappingNode:
    """Return the first layer: steps as mappings, without any ``{$unset: true}``."""
    document = _with_step_mappings(document, found)
    return _strip(document, found)


def get_step_name(step: Node) -> str | None:
    """Return a step's name: its ``name``, else its ``use``; ``None`` if it has neither."""
    if not isinstance(step, MappingNode):
        return None
    for key in ("name", "use"):
        node = step.get(key)
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            return node.text
    return None


def _merge_top(key: str, old: Entry | None, new: Node, found: Collector) -> Node:
    if old is None and key in MERGED_LISTS and isinstance(new, SequenceNode):
        return _merge_steps(replace(new, items=[]), new, found)
    if old is None or key == "patches":
        return _strip(new, found)
    if key in EMPTY_WHERE_NULL and is_null(new):
        return old.value
    if (
        key in MERGED_LISTS
        and isinstance(old.value, SequenceNode)
        and isinstance(new, SequenceNode)
    ):
        return _merge_steps(old.value, new, found)
    if key in DEFAULT_USES and isinstance(old.value, MappingNode) and isinstance(new, MappingNode):
        return _merge_used(old.value, new, found, DEFAULT_USES[key])
    return _merge(old.value, new, found)


def _merge(old: Node, new: Node, found: Collector) -> Node:
    both = isinstance(old, MappingNode) and isinstance(new, MappingNode)
    if not both or is_reference(old) or is_reference(new):
        return _strip(new, found)
    assert isinstance(old, MappingNode)
    assert isinstance(new, MappingNode)
    entries = dict(old.entries)
    for key, entry in new.entries.items():
        before = entries.get(key)
        if _is_unset(entry.value, found):
            entries.pop(key, None)
        elif before is None or key in REPLACED_WHOLE:
            entries[key] = Entry(entry.key, _strip(entry.value, found))
        else:
            entries[key] = Entry(entry.key, _merge(before.value, entry.value, found))
    return replace(new, entries=entries)


def _merge_used(
    old: MappingNode, new: MappingNode, found: Collector, default: str | None = None
) -> MappingNode:
    """Merge two mappings with a ``use``; if it changes, the options of the old one are dropped."""
    changes = "use" in new.entries and get_use(new, default) != get_use(old, default)
    if changes:
        old = old.without(OF_THE_OLD_USE)
    empty = [key for key in ("with", "init") if is_null(new.get(key))]  # these change nothing
    merged = _merge(old, new.without(empty), found)
    assert isinstance(merged, MappingNode)
    return merged


def get_use(node: MappingNode, default: str | None) -> str | None:
    """Return the ``use`` of ``node``, or ``default`` if it has none."""
    use = node.get("use")
    return use.text if isinstance(use, ScalarNode) else default


def _merge_steps(base: SequenceNode, overlay: SequenceNode, found: Collector) -> SequenceNode:
    steps = list(base.items)
    names = [get_step_name(known) for known in steps]
    there = set(names)  # to ask a list is too slow where there are thousands
    for step in overlay.items:
        if _is_unset_item(step, found):
            continue
        name = get_step_name(step)
        if not isinstance(step, MappingNode) or name is None:
            steps.append(_strip(step, found))  # its shape is wrong, which validating says
            names.append(None)
        elif name in there:
            position = names.index(name)
            old = steps[position]
            steps[position] = (
                _merge_used(old, step, found) if isinstance(old, MappingNode) else step
            )
        elif step.get("use") is None and not _is_endpoint(step):
            known = list(filter(None, names))
            bases = f"The bases have {render_names(known)}. " if known else ""
            found.add(
                codes.OVERRIDE_MATCHES_NOTHING.at(
                    step.entries["name"].value.place,
                    f"no base has a step named '{name}', and this step has no `use`",
                    hint=render_suggestion(name, known, f"{bases}A new step needs a `use`."),
                    fix=build_rename(step.entries["name"].value, known),
                )
            )
        else:
            position = _find_position(step, names)
            steps.insert(position, _strip(step, found))
            names.insert(position, name)
            there.add(name)
    return replace(overlay, items=steps)


def _is_endpoint(step: MappingNode) -> bool:
    adapter = step.get("as")
    return isinstance(adapter, ScalarNode) and adapter.text == "add_url_rule"


def _find_position(step: MappingNode, names: list[str | None]) -> int:
    """Find a new step's position: after the last of its ``after``, else before its ``before``."""
    after = [names.index(name) for name in _texts(step.get("after")) if name in names]
    if after:
        return max(after) + 1
    before = [names.index(name) for name in _texts(step.get("before")) if name in names]
    return min(before) if before else len(names)


def _texts(node: Node | None) -> list[str]:
    items = node.items if isinstance(node, SequenceNode) else [node]
    return [item.text for item in items if isinstance(item, ScalarNode)]


def _with_step_mappings(document: MappingNode, found: Collector) -> MappingNode:
    """Write every step that is just a string as ``{use: …}``, and report duplicate names."""

    def change(key: str | int, child: Node) -> Node:
        if key not in STEP_LISTS or not isinstance(child, SequenceNode):
            return child
        steps = [as_step_mapping(item) for item in child.items]
        _check_names(steps, found)
        return replace(child, items=steps)

    return map_children(document, change)


def as_step_mapping(item: Node) -> Node:
    """Return a step that is just a string as ``{use: …}``; anything else unchanged."""
    if not isinstance(item, ScalarNode) or not isinstance(item.value, str):
        return item
    key = ScalarNode(item.path, item.start, item.start, "use", "use", plain=True)
    step = MappingNode(item.path, item.start, item.end, {"use": Entry(key, item)})
    step.has_dollar = item.has_dollar
    return step


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


def _is_unset(node: Node, found: Collector) -> bool:
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


def _is_unset_item(item: Node, found: Collector) -> bool:
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


def _strip(node: AnyNode, found: Collector) -> AnyNode:
    """Remove every ``{$unset: true}`` that has nothing to unset."""
    is_unset = _is_unset_item if isinstance(node, SequenceNode) else _is_unset

    def change(_: str | int, child: Node) -> Node | None:
        if not child.has_dollar:
            return child
        return None if is_unset(child, found) else _strip(child, found)

    return map_children(node, change)
