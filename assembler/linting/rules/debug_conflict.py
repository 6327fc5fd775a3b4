"""Reject a config source that contradicts the profile's `debug`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import DEBUG_CONFLICT
from assembler.document.nodes import ScalarNode
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each literal DEBUG that is not the profile's ``debug``, where both are certain."""
    values = facts.set_values.get("DEBUG")
    if not values or facts.profile.debug is None:
        return
    if not _is_certain(facts.profile.node.get("debug"), facts):
        return
    debug = facts.profile.debug
    for step, key, value in values:
        is_known = step.condition is None and _is_certain(value, facts)
        if is_known and isinstance(value, ScalarNode) and bool(value.value) is not debug:
            yield DEBUG_CONFLICT.at(
                key.place,
                f"config source '{step.name}' sets DEBUG to {value.value!r}, "
                f"but the profile's debug is {debug}",
                hint="Remove DEBUG from the source, or `debug` from the profile.",
            )


def _is_certain(node: Node | None, facts: ProfileFacts) -> bool:
    """Return whether ``node`` does not depend on an unknown environment."""
    if not isinstance(node, ScalarNode) or node.unknown:
        return False
    return not node.is_interpolated or facts.env is not None


RULE = Rule(DEBUG_CONFLICT, check_profile=check_profile)
