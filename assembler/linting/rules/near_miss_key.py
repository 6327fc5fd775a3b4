"""Find a config key that almost matches one that Flask or a well-known extension reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NEAR_MISS_KEY
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode
from assembler.linting.facts.config_keys import KNOWN, find_near_key
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each key that is set, or asked for, and is nearly a known one."""
    is_set = {key: values[0].key for key, values in facts.set_values.items() if key not in KNOWN}
    asked = {
        node.text: node
        for planned in facts.plan.config + facts.plan.extensions
        if planned.step.node.has_dollar and planned.decision is not Decision.SKIPPED
        for node in _iter_asked(planned.step.node)
    }
    own = is_set.keys() & asked.keys()
    for key, node in (*is_set.items(), *asked.items()):
        meant = find_near_key(key) if key.isupper() and key not in own else None
        if meant is not None:
            yield NEAR_MISS_KEY.at(
                node.place,
                f'no library is known to read "{key}"',
                hint=f"Did you mean '{meant}'?",
            )


def _iter_asked(node: Node) -> Iterator[ScalarNode]:
    """Give each key that a ``$config`` at or below ``node`` names."""
    if isinstance(node, MappingNode) and node.has_dollar:
        for key, entry in node.entries.items():
            if key != "$config":
                yield from _iter_asked(entry.value)
            elif isinstance(entry.value, ScalarNode):
                yield entry.value
    elif isinstance(node, SequenceNode) and node.has_dollar:
        for item in node.items:
            yield from _iter_asked(item)


RULE = Rule(NEAR_MISS_KEY, check_profile=check_profile)
