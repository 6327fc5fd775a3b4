"""Reject debug on an address that other machines can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import DEBUG_BEYOND_LOOPBACK
from assembler.diagnostics.diagnostic import Collector
from assembler.document.nodes import ScalarNode
from assembler.linting.rules.form import Rule
from assembler.serving.bind import find_debug_faults, parse_binds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_debug"]


def check_debug(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the addresses that would show a debugger to other machines."""
    is_config = _is_set_by_config(facts)
    if not facts.plan.debug and not is_config:
        return ()
    from assembler.planning.debug_flag import render_debug_setter  # noqa: PLC0415 - only with debug

    source = facts.set_values["DEBUG"][-1].step.name if is_config else None
    by = None if facts.plan.is_debug_declared else render_debug_setter(facts.plan, source)
    return find_debug_faults(facts.profile, parse_binds(facts.profile, Collector()), by)


def _is_set_by_config(facts: ProfileFacts) -> bool:
    """Return whether a `values` source certainly sets DEBUG and the profile does not."""
    node = None if facts.plan.is_debug_declared else facts.find_final_value("DEBUG")
    is_known = isinstance(node, ScalarNode) and (facts.env is not None or not node.is_interpolated)
    return is_known and isinstance(node, ScalarNode) and node.value is True


RULE = Rule(DEBUG_BEYOND_LOOPBACK, check_profile=check_debug)
