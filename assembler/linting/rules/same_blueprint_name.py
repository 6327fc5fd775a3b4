"""Reject two blueprints of the same name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SAME_BLUEPRINT_NAME
from assembler.diagnostics.diagnostic import Related, Severity
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.blueprints import StaticBlueprint
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_names(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each blueprint whose name is taken; reads the blueprints' modules."""
    taken: dict[str, StaticBlueprint] = {}
    for blueprint in facts.blueprints:
        if blueprint.name is None:
            continue
        first = taken.setdefault(blueprint.name, blueprint)
        open_ends = sum(one.planned.decision is Decision.AT_RUN for one in (first, blueprint))
        if first is not blueprint and open_ends < 2:  # noqa: PLR2004 - both
            found = soften(_build(first, blueprint), blueprint.planned)
            yield replace(found, severity=Severity.WARNING) if open_ends else found


def _build(first: StaticBlueprint, second: StaticBlueprint) -> Diagnostic:
    step, other = second.planned.step, first.planned.step
    return SAME_BLUEPRINT_NAME.at(
        step.place,
        f"the blueprint name \"{second.name}\" is already registered by '{other.name}'",
        hint="Set another `name` in the `with` of one of them.",
        related=(Related(other.place, f"'{other.name}' is here"),),
    )


RULE = Rule(SAME_BLUEPRINT_NAME, check_profile=check_names)
