"""Find the code that config values name, where a library of the catalogue imports it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from assembler.document.nodes import Node, ScalarNode, SequenceNode
from assembler.planning.plan import Decision
from assembler.planning.static_sources import find_named_file, read_named_file
from assembler.steps.named_in_config import NAMED_KEYS, build_named_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.linting.facts.profile_view import ProfileView
    from assembler.planning.plan import PlannedStep

__all__ = ["ConfigName", "iter_config_names"]

# What these may set is not known, and the app has to start without it.
PASSED_OVER = frozenset({"argument", "env"})


class ConfigName(NamedTuple):
    """A string of the config that names an object."""

    node: ScalarNode  # of a file: the step's place, with the value
    reference: str
    planned: PlannedStep  # the step that imports it


def iter_config_names(view: ProfileView) -> Iterator[ConfigName]:
    """Yield what the values in force name, as far as sources that hold data say it."""
    for key, named in NAMED_KEYS.items():
        planned = view.due_by_use.get(named.step)
        if planned is None or any(one in planned.step.options.entries for one in named.overriding):
            continue
        for node in _find_values(view, key):
            reference = None if node.is_interpolated else build_named_reference(key, node.value)
            if reference is not None:
                yield ConfigName(node, reference, planned)


def _find_values(view: ProfileView, key: str) -> list[ScalarNode]:
    """Return the strings that the last source leaves under a key; none if that is not certain."""
    for one in reversed(view.plan.config):
        if one.decision is Decision.SKIPPED or one.step.use in PASSED_OVER:
            continue
        if one.decision is not Decision.RUNS:
            return []
        if one.step.use == "values":
            found = one.step.options.get(key)
        else:
            named = find_named_file(view.profile, view.root, one.step)
            read = None if named is None else read_named_file(named, view.env or {})
            if read is None:
                return []
            found = _place(one, read.values[key]) if key in read.values else None
        if found is not None:
            items = found.items if isinstance(found, SequenceNode) else [found]
            return [item for item in items if isinstance(item, ScalarNode)]
    return []


def _place(planned: PlannedStep, value: object) -> Node | None:
    """Return a value of a file as if the step that reads the file said it."""
    use = planned.step.node.get("use")
    if not isinstance(use, ScalarNode):
        return None
    values = value if isinstance(value, list) else [value]
    items: list[Node] = [
        replace(use, value=one, text=one, plain=False) for one in values if isinstance(one, str)
    ]
    return SequenceNode(use.path, use.start, use.end, items)
