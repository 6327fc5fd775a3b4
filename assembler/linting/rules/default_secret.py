"""Reject a secret key that everyone knows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import DEFAULT_SECRET
from assembler.diagnostics.diagnostic import Severity
from assembler.document.nodes import ScalarNode, SequenceNode
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision
from assembler.references.reference import is_catalog_name
from assembler.secrets.weak_secret import FALLBACKS, HINT, KEY, find_weakness, get_remedy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.planning.plan import PlannedStep

__all__ = ["RULE"]


def check_default_secret(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report the keys that the step `secret_key` is certain to refuse."""
    planned = facts.due_by_use.get("secret_key")
    if planned is None or planned.decision is not Decision.RUNS or _may_debug(facts):
        return
    options = planned.step.options
    key, fallbacks = options.get("key"), options.get("fallbacks")
    if key is None and not _is_known_to_be_missing(facts, planned):
        key = facts.find_final_value(KEY)
    elif key is None:
        message = "the secret key is refused: it is not set"
        yield DEFAULT_SECRET.at(planned.step.place, message, hint=HINT)
    if key is not None:
        yield from _check_key(facts, key, "the secret key")
    former = facts.find_final_value(FALLBACKS) if fallbacks is None else fallbacks
    for position, one in enumerate(
        former.items if isinstance(former, SequenceNode) else (), start=1
    ):
        yield from _check_key(facts, one, f"the former secret key {position}")


def _may_debug(facts: ProfileFacts) -> bool:
    return facts.plan.debug or (not facts.plan.is_debug_declared and "DEBUG" in facts.set_values)


def _is_known_to_be_missing(facts: ProfileFacts, planned: PlannedStep) -> bool:
    """Return whether nothing in the profile may set the key: only values, and steps of ours."""
    app = facts.profile.app
    return (
        "use" not in app.node.entries
        and not facts.may_be_set(KEY)
        and all(is_catalog_name(one.step.use) for one in facts.due[: facts.due.index(planned)])
    )


def _check_key(facts: ProfileFacts, node: Node, words: str) -> Iterator[Diagnostic]:
    """Report a weak key, if it is known."""
    if not isinstance(node, ScalarNode) or node.unknown or not isinstance(node.value, str):
        return
    is_default = node.is_interpolated and facts.env is None
    if is_default and not node.value:  # so that it has to be set
        return
    weakness = find_weakness(node.value)
    if weakness is None:
        return
    found = DEFAULT_SECRET.at(
        node.place, f"{words} is refused: {weakness}", hint=get_remedy(node.value)
    )
    if is_default:
        message = f"the default of {words} would be refused: {weakness}"
        found = replace(found, message=message, severity=Severity.WARNING)
    yield found


RULE = Rule(DEFAULT_SECRET, check_profile=check_default_secret)
