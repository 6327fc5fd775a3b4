"""Find two blueprints that answer the same path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SAME_ROUTE_PREFIX
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.blueprints import Route, StaticBlueprint
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_routes(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step that registers a route which is taken; reads the blueprints' modules."""
    taken: dict[Route, StaticBlueprint] = {}
    for blueprint in facts.blueprints:
        for route in blueprint.routes:
            first = taken.setdefault(route, blueprint)
            if first is not blueprint and not _may_exclude(first, blueprint):
                yield _build(first, blueprint, route)
                break


def _may_exclude(first: StaticBlueprint, second: StaticBlueprint) -> bool:
    return first.planned.decision is second.planned.decision is Decision.AT_RUN


def _build(first: StaticBlueprint, second: StaticBlueprint, route: Route) -> Diagnostic:
    step, other = second.planned.step, first.planned.step
    message = (
        f"'{step.name}' answers \"{route.method} {route.path}\", "
        f"which '{other.name}' already answers"
    )
    return SAME_ROUTE_PREFIX.at(
        step.place,
        message,
        hint="Set another `url_prefix` for one of them, or remove the route.",
        related=(Related(other.place, f"'{other.name}' is here"),),
    )


RULE = Rule(SAME_ROUTE_PREFIX, check_profile=check_routes)
