"""Reject a step that raises when it runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import STEP_FAILED
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.steps.forms import CatalogStep
from assembler.steps.step_faults import build_no_database_fault, build_second_step_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Step
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

NEED_DATABASE = frozenset({"journal", "migrate"})


def check_second_steps(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step after the first where an app takes one, of those that are certain to run."""
    first: dict[str, Step] = {}
    for one in facts.due:
        step, form = one.step, one.form
        if one.decision is not Decision.RUNS or not isinstance(form, CatalogStep) or not form.once:
            continue
        other = first.setdefault(step.use, step)
        if other.name != step.name:  # two of one name are refused already
            found = place_fault(build_second_step_fault(step.use), step, "extension")
            related = (Related(other.place, f"'{other.name}' is here"),)
            yield replace(found, related=related)


def check_missing_database(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step that works with a database, where it is certain that the app has none."""
    if "database" in facts.due_by_use or not facts.is_plain:
        return
    for one in facts.due:
        if one.step.use in NEED_DATABASE and "db" not in one.step.options.entries:
            yield soften(
                place_fault(build_no_database_fault(one.step.use), one.step, "extension"), one
            )


def check_steps(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report the catalogue steps that are certain to fail."""
    yield from check_second_steps(facts)
    yield from check_missing_database(facts)


RULE = Rule(STEP_FAILED, check_profile=check_steps)
