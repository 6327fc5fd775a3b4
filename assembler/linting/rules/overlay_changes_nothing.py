"""Find what an overlay says that its bases say already."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.codes import OVERLAY_CHANGES_NOTHING
from assembler.diagnostics.diagnostic import Related
from assembler.document.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_reference
from assembler.language.merging import (
    DEFAULT_USES,
    EMPTY_WHERE_NULL,
    MERGED_LISTS,
    OF_THE_OLD_USE,
    REPLACED_WHOLE,
    as_step_mapping,
    get_step_name,
    get_use,
)
from assembler.linting.rules.form import Rule
from assembler.references.reference import is_profile_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

NOT_COUNTED = frozenset({"version", "extends", "name", "description", "abstract"})
SAYS_WHICH = frozenset({"use", "name"})  # which step is meant, where the base has one of that name
NONE: frozenset[str] = frozenset()
PATHS = frozenset({"path", "$file"})  # relative to the folder of the file that says them
EMPTY_HINTS = {
    "list": "Remove it, or turn a step off with `when: false`.",
    "mapping": "Remove it, or take out a key with `{$unset: true}`.",
}


class Repeat(NamedTuple):
    """A key or a step that changes nothing."""

    place: Place
    text: str  # what it is called in the message
    new: Node
    old: Node | None  # what the bases say; ``None``: nothing, and it is removed


# What was found below a node, or ``None`` where nothing below it makes a change: then the node
# itself is to be reported, by what is above it.
Repeats = list[Repeat] | None


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report what the profile's own file repeats of its bases."""
    composed = facts.profile.composed
    if composed.base is None:
        return
    for key, entry in composed.own.entries.items():
        if key not in NOT_COUNTED:
            old = composed.base.get(key)
            repeats = _compare_top(key, old, entry.value)
            if repeats is None:
                repeats = [Repeat(entry.key.place, f'"{key}"', entry.value, old)]
            yield from map(_build, repeats)


def _build(repeat: Repeat) -> Diagnostic:
    place, text, new, old = repeat
    if old is None:
        message = f"there is no {text} in the bases to remove"
        return OVERLAY_CHANGES_NOTHING.at(place, message, hint="Remove it.")
    return OVERLAY_CHANGES_NOTHING.at(
        place,
        f"{text} changes nothing of what the bases say",
        hint=_choose_hint(new),
        related=(Related(old.place, "said here already"),),
    )


def _choose_hint(new: Node) -> str:
    if isinstance(new, SequenceNode) and not new.items:
        return EMPTY_HINTS["list"]
    if isinstance(new, MappingNode) and not new.entries:
        return EMPTY_HINTS["mapping"]
    return "Remove it, or say what is to be different."


def _compare_top(key: str, old: Node | None, new: Node) -> Repeats:
    if key in EMPTY_WHERE_NULL and _is_null(new):
        return []  # it says nothing, as where its lines are commented out
    if isinstance(old, SequenceNode) and isinstance(new, SequenceNode):
        if key in MERGED_LISTS:
            return _compare_steps(old, new)
        if key == "patches":
            new = SequenceNode(new.path, new.start, new.end, list(map(as_step_mapping, new.items)))
    if key in DEFAULT_USES and isinstance(old, MappingNode) and isinstance(new, MappingNode):
        return _compare_used(old, new, DEFAULT_USES[key])
    return _compare(key, old, new)


def _compare_steps(old: SequenceNode, new: SequenceNode) -> Repeats:
    by_name = {get_step_name(step): step for step in old.items}
    found: list[Repeat] = []
    changes = False
    for step in map(as_step_mapping, new.items):
        name = get_step_name(step)
        before = by_name.pop(name, None)  # a second of one name is said already
        if name is None or not isinstance(before, MappingNode) or not isinstance(step, MappingNode):
            changes = True
            continue
        repeats = _compare_used(before, step, None)
        changes = changes or repeats is not None
        if repeats is None:
            repeats = [Repeat(_find_step_place(step), f"the step '{name}'", step, before)]
        found += repeats
    return found if changes else None


def _find_step_place(step: MappingNode) -> Place:
    return (step.get("name") or step.get("use") or step).place


def _compare_used(old: MappingNode, new: MappingNode, default: str | None) -> Repeats:
    """Compare two mappings with a ``use``; of an old one with another ``use`` no options stay."""
    is_step = default is None
    use = new.get("use")
    is_another = use is not None and get_use(new, default) != get_use(old, default)
    skipped = SAYS_WHICH if is_step else NONE
    if is_another:
        kept = {key: entry for key, entry in old.entries.items() if key not in OF_THE_OLD_USE}
        old = MappingNode(old.path, old.start, old.end, kept)
        # To say that they go is no mistake.
        skipped |= {key for key in OF_THE_OLD_USE if _is_unset(new.get(key))}
    said = {
        key: entry
        for key, entry in new.entries.items()
        if key not in skipped and not (key in {"with", "init"} and _is_null(entry.value))
    }
    repeats = _compare_mapping(old, MappingNode(new.path, new.start, new.end, said))
    is_moved = isinstance(use, ScalarNode) and is_profile_path(use.text) and _is_elsewhere(old, new)
    return repeats or [] if is_another or is_moved else repeats


def _compare(key: str, old: Node | None, new: Node) -> Repeats:
    if _is_unset(new):
        return None if old is None and _is_well_formed(new) else []
    if old is None:
        return []
    is_merged = isinstance(old, MappingNode) and isinstance(new, MappingNode)
    if is_merged and key not in REPLACED_WHOLE and not is_reference(old) and not is_reference(new):
        assert isinstance(old, MappingNode)
        assert isinstance(new, MappingNode)
        return _compare_mapping(old, new)
    return None if _is_same(key, old, new) else []


def _compare_mapping(old: MappingNode, new: MappingNode) -> Repeats:
    found: list[Repeat] = []
    changes = False
    for key, entry in new.entries.items():
        before = old.get(key)
        repeats = _compare(key, before, entry.value)
        changes = changes or repeats is not None
        if repeats is None:
            repeats = [Repeat(entry.key.place, f'"{key}"', entry.value, before)]
        found += repeats
    return found if changes else None


def _is_same(key: str, old: Node, new: Node) -> bool:
    """Tell whether two nodes mean the same, where the one takes the other's place."""
    if isinstance(old, ScalarNode) and isinstance(new, ScalarNode):
        is_equal = type(old.value) is type(new.value) and old.value == new.value
        # The environment's text has a type of its own only where there are no quotes around it.
        is_typed = "${" in new.text and old.plain is not new.plain
        return is_equal and not is_typed and not (key in PATHS and _is_elsewhere(old, new))
    if isinstance(old, SequenceNode) and isinstance(new, SequenceNode):
        pairs = zip(old.items, new.items, strict=False)
        return len(old.items) == len(new.items) and all(_is_same(key, *pair) for pair in pairs)
    if not isinstance(old, MappingNode) or not isinstance(new, MappingNode):
        return False
    return list(old.entries) == list(new.entries) and all(
        _is_same(name, entry.value, new.entries[name].value) for name, entry in old.entries.items()
    )


def _is_elsewhere(old: Node, new: Node) -> bool:
    return os.path.dirname(old.path) != os.path.dirname(new.path)  # noqa: PTH120 - texts, as shown


def _is_unset(node: Node | None) -> bool:
    return isinstance(node, MappingNode) and "$unset" in node.entries


def _is_well_formed(unset: Node) -> bool:
    """Tell whether it is ``{$unset: true}``; if not, that is said of it already."""
    value = (
        unset.get("$unset") if isinstance(unset, MappingNode) and len(unset.entries) == 1 else None
    )
    return isinstance(value, ScalarNode) and value.value is True


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value is None


RULE = Rule(OVERLAY_CHANGES_NOTHING, check_profile=check_profile, asks_abstract=True)
