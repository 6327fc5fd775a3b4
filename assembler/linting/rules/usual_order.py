"""Find steps that come in another order than they usually have to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import USUAL_ORDER
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.known_steps import find_step_names
from assembler.linting.rules.form import Rule
from assembler.references.reference import is_catalog_name
from assembler.steps.catalog import TABLE, find_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Step
    from assembler.linting.facts.lint_facts import ProfileFacts
    from assembler.steps.forms import CatalogEntry

__all__ = ["RULE"]


def check_usual_order(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step that comes after one that it usually precedes."""
    later_names = _find_later_names(facts)
    seen: dict[str, Step] = {}  # the first step of each name
    for planned in facts.due:
        step = planned.step
        names = find_step_names(step)
        for later in (later for name in names for later in later_names.get(name, ())):
            first = seen.get(later)
            if first is None or _is_checked(first, step) or _are_pages(facts, first, step):
                continue
            yield USUAL_ORDER.at(
                step.place,
                f"'{step.name}' usually comes before '{first.name}'",
                hint=f"Move it, or set `after: [{first.name}]` in it if the order is intended.",
                related=(Related(first.place, f"'{first.name}' is here"),),
            )
            break
        for name in names:
            seen.setdefault(name, step)


def _find_later_names(facts: ProfileFacts) -> dict[str, list[str]]:
    """Return by a name the names that come after it, those of other distributions' steps too."""
    uses = {planned.step.use for planned in facts.due}
    others = {use: row for use in sorted(uses - OWN) if (row := find_row(use)).after or row.before}
    return _build_later_names(TABLE | others) if others else LATER_NAMES


def _build_later_names(rows: Mapping[str, CatalogEntry]) -> dict[str, list[str]]:
    later: dict[str, list[str]] = {}
    for name, row in rows.items():
        later.setdefault(name, []).extend(row.before)
        for other in row.after:
            later.setdefault(other, []).append(name)
    return later


OWN = frozenset(name for name, row in TABLE.items() if row.module)
LATER_NAMES = _build_later_names(TABLE)


def _is_checked(first: Step, second: Step) -> bool:
    """Return whether planning checks it: one names the other, or both are catalogue steps."""
    return (
        (is_catalog_name(first.use) and is_catalog_name(second.use))
        or first.name in (*second.after, *second.before)
        or second.name in (*first.after, *first.before)
    )


def _are_pages(facts: ProfileFacts, *steps: Step) -> bool:
    """Return whether one is a blueprint, which nothing is built on; reads the files of modules."""
    pages = {id(blueprint.planned.step) for blueprint in facts.blueprints}
    return any(step.as_ == "blueprint" or id(step) in pages for step in steps)


RULE = Rule(USUAL_ORDER, check_profile=check_usual_order)
