"""Leave out of a plan what a command does not need."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from assembler.document.nodes import find_text
from assembler.planning.plan import Decision
from assembler.references.reference_forms import iter_references
from assembler.steps.catalog import find_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.planning.plan import Plan, PlannedStep

__all__ = ["select_extensions"]

LEFT_OUT = "left out by --only"


def select_extensions(plan: Plan, names: Iterable[str]) -> Plan:
    """Return ``plan`` with these extensions and what they depend on; the others are skipped.

    A step depends on those that its ``after`` and its ``$step`` name, and on those that the
    catalogue says it needs.

    Args:
        plan: The plan; its patches and its config stay as they are.
        names: Names of extensions.

    Raises:
        KeyError: at a name that no extension has.
    """
    by_name = {planned.step.name: planned for planned in plan.extensions}
    kept: set[str] = set()
    waiting = [*names]
    while waiting:
        name = waiting.pop()
        if name not in kept:
            kept.add(name)
            waiting += _iter_needs(by_name[name], plan)
    extensions = tuple(
        planned
        if planned.step.name in kept or planned.decision is Decision.SKIPPED
        else replace(planned, decision=Decision.SKIPPED, reason=LEFT_OUT)
        for planned in plan.extensions
    )
    return plan._replace(extensions=extensions)


def _iter_needs(planned: PlannedStep, plan: Plan) -> Iterator[str]:
    step = planned.step
    yield from step.after
    for reference in chain(iter_references(step.options), iter_references(step.init)):
        name = find_text(reference.get("$step"))
        if name is not None:
            yield name
    needs = find_row(step.use).needs
    for other in plan.extensions:
        if other.step.use in needs:
            yield other.step.name
