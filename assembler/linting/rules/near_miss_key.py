"""Find a config key that almost matches one that Flask or a well-known extension reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NEAR_MISS_KEY
from assembler.document.nodes import MappingNode, ScalarNode, iter_nodes
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
    """Report each key that is set or read and almost matches a known one."""
    is_set = {key: values[0].key for key, values in facts.set_values.items() if key not in KNOWN}
    asked = {
        node.text.partition(".")[0]: node  # a path starts with the key
        for planned in facts.plan.config + facts.plan.extensions
        if planned.decision is not Decision.SKIPPED and planned.step.node.has_dollar
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
    """Yield each key that a ``$config`` at or below ``node`` names."""
    for each in iter_nodes(node, needs_dollar=True):
        asked = each.get("$config") if isinstance(each, MappingNode) else None
        if isinstance(asked, ScalarNode):
            yield asked


RULE = Rule(NEAR_MISS_KEY, check_profile=check_profile)
