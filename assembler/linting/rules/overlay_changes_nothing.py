"""Find what an overlay repeats of its bases."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import OVERLAY_CHANGES_NOTHING
from assembler.diagnostics.diagnostic import Related
from assembler.document.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    get_children,
    is_reference,
)
from assembler.language.merging import DEFAULT_USES, EMPTY_WHERE_NULL, MERGED_LISTS
from assembler.language.merging_steps import as_step_mapping, get_step_name
from assembler.language.merging_values import OF_THE_OLD_USE, REPLACED_WHOLE, get_use
from assembler.linting.rules.form import Rule
from assembler.references.reference import is_profile_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Place
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

NOT_COUNTED = frozenset({"version", "extends", "name", "description", "abstract"})
SAYS_WHICH = frozenset({"use", "name"})  # they name the step of the base
NONE: frozenset[str] = frozenset()
CHANGES_NOTHING = EMPTY_WHERE_NULL | {"with", "init"}  # where nothing follows the key
PATHS = frozenset({"path", "$file"})  # relative to the file's folder
HINT = "Remove it, or change its value."


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report what merging the profile's own file left as it is in the bases."""
    composed = facts.profile.composed
    own, base, merged = composed.own, composed.base, composed.root
    if base is None:
        return
    lost = {key for key in MERGED_LISTS if _has_lost(own.get(key), merged.get(key))}
    yield from _compare(own, base, merged, NOT_COUNTED | lost)
    for key in MERGED_LISTS:
        said, old, new = own.get(key), base.get(key), merged.get(key)
        if (
            isinstance(said, SequenceNode)
            and isinstance(old, SequenceNode)
            and isinstance(new, SequenceNode)
            and not _is_same(key, old, new)
        ):
            yield from _compare_steps(said, old, new)


def _compare(
    said: MappingNode,
    old: MappingNode,
    new: MappingNode,
    skipped: frozenset[str],
    default_use: str | None = None,
) -> Iterator[Diagnostic]:
    """Report the highest keys of ``said`` that left ``new`` as ``old`` was."""
    if get_use(old, default_use) != get_use(new, default_use):
        skipped |= frozenset(OF_THE_OLD_USE)  # none of which is kept
    for key, entry in said.entries.items():
        before, after = old.get(key), new.get(key)
        if key in skipped or (key in CHANGES_NOTHING and _has_value(entry.value, None)):
            continue
        if before is None or after is None:
            if before is after and _is_unset(entry.value):
                message = f'"{key}" is not set in the bases, and cannot be removed'
                yield OVERLAY_CHANGES_NOTHING.at(entry.key.place, message, hint="Remove it.")
        elif _is_same(key, before, after):
            yield _report(entry.key.place, f'"{key}"', entry.value, before)
        elif (
            key not in REPLACED_WHOLE
            and isinstance(entry.value, MappingNode)
            and isinstance(before, MappingNode)
            and isinstance(after, MappingNode)
            and not is_reference(after)
        ):
            yield from _compare(entry.value, before, after, NONE, DEFAULT_USES.get(key))


def _has_lost(said: Node | None, new: Node | None) -> bool:
    """Return whether a step is left out since it is in no base, which is reported."""
    names = {name for _, step in get_children(new) if (name := get_step_name(step))}
    own = (get_step_name(as_step_mapping(step)) for _, step in get_children(said))
    return any(name is not None and name not in names for name in own)


def _compare_steps(
    said: SequenceNode, old: SequenceNode, new: SequenceNode
) -> Iterator[Diagnostic]:
    # Of several of one name, which is reported, the first is what merging changes.
    before = {get_step_name(step): step for step in reversed(old.items)}
    after = {get_step_name(step): step for step in reversed(new.items)}
    for step in map(as_step_mapping, said.items):
        name = get_step_name(step)
        was, becomes = before.pop(name, None), after.get(name)  # a second of one name is reported
        if (
            isinstance(step, MappingNode)
            and isinstance(was, MappingNode)
            and isinstance(becomes, MappingNode)
        ):
            if _is_same("", was, becomes):
                place = (step.get("name") or step.get("use") or step).place
                yield _report(place, f"the step '{name}'", step, was)
            else:
                yield from _compare(step, was, becomes, SAYS_WHICH)


def _report(place: Place, what: str, said: Node, old: Node) -> Diagnostic:
    hint = HINT
    if isinstance(said, SequenceNode) and not said.items:
        hint = "Remove it, or turn a step off with `when: false`."
    elif isinstance(said, MappingNode) and not said.entries:
        hint = "Remove it, or remove a key with `{$unset: true}`."
    return OVERLAY_CHANGES_NOTHING.at(
        place,
        f"{what} changes nothing in the bases",
        hint=hint,
        related=(Related(old.place, "already set here"),),
    )


def _is_same(key: str, old: Node, new: Node) -> bool:
    """Return whether two nodes mean the same under ``key``."""
    if old is new:
        return True
    if isinstance(old, ScalarNode) and isinstance(new, ScalarNode):
        is_equal = type(old.value) is type(new.value) and old.value == new.value
        # Unquoted, a variable's text is typed.
        is_typed = "${" in new.text and old.plain is not new.plain
        is_path = key in PATHS or (key == "use" and is_profile_path(new.text))
        return is_equal and not is_typed and not (is_path and _is_elsewhere(old, new))
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


def _is_unset(node: Node) -> bool:
    return (
        isinstance(node, MappingNode)
        and list(node.entries) == ["$unset"]
        and _has_value(node.entries["$unset"].value, expected=True)
    )


def _has_value(node: Node, expected: object) -> bool:
    return isinstance(node, ScalarNode) and node.value is expected


RULE = Rule(OVERLAY_CHANGES_NOTHING, check_profile=check_profile, asks_abstract=True)
