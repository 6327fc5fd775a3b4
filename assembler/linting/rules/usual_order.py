"""Find steps that stand in another order than they usually have to."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import USUAL_ORDER
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule
from assembler.planning.options import find_form
from assembler.references.reference import is_catalog_name
from assembler.steps.forms import CatalogStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Step
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

# What has no step in the catalogue: by the name of the step, or of its module without `ext_`.
BY_NAME = {
    "logstore": ("celery",),
    "redis": ("celery", "storage"),
    "storage": ("celery", "logstore"),
    "timezone": ("logging",),
}
PREFIX = "ext_"


def check_usual_order(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step that stands after one which it usually comes before."""
    seen: dict[str, Step] = {}  # by each of its words, the first
    for planned in facts.due:
        step = planned.step
        words = _find_words(step.use, step.name if step.node.get("name") else None, step.as_)
        for later in _find_later(step.use, words) if seen else ():
            first = seen.get(later)
            if first is None or _is_deliberate(first, step) or _are_pages(facts, first, step):
                continue
            yield _build(first, step)
            break
        for word in words:
            seen.setdefault(word, step)


@lru_cache(maxsize=4096)  # the same few, in every profile of a run
def _find_words(use: str, name: str | None, adapter: str | None) -> tuple[str, ...]:
    """Give what a step may be called where an order is said."""
    if is_catalog_name(use):
        return tuple(filter(None, (use, adapter)))
    module = use.partition(":")[0]
    last = module.rpartition(".")[2].removeprefix(PREFIX)
    return tuple(filter(None, (name, adapter, last, module.partition(".")[0])))


@lru_cache(maxsize=4096)  # as above
def _find_later(use: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """Give what the step usually comes before."""
    form = find_form("extension", use)
    if isinstance(form, CatalogStep):
        return form.usually_before
    return tuple(later for word in words for later in BY_NAME.get(word, ()))


def _is_deliberate(first: Step, second: Step) -> bool:
    return first.name in (*second.after, *second.before) or second.name in (
        *first.after,
        *first.before,
    )


def _are_pages(facts: ProfileFacts, *steps: Step) -> bool:
    """Tell whether one is a blueprint, which nothing is built on; reads the files of modules."""
    pages = {id(blueprint.planned.step) for blueprint in facts.blueprints}
    return any(step.as_ == "blueprint" or id(step) in pages for step in steps)


def _build(first: Step, second: Step) -> Diagnostic:
    return USUAL_ORDER.at(
        second.place,
        f"'{second.name}' usually stands before '{first.name}', and does not",
        hint=f"Move it, or say `after: [{first.name}]` in it if the order is meant.",
        related=(Related(first.place, f"'{first.name}' stands here"),),
    )


RULE = Rule(USUAL_ORDER, check_profile=check_usual_order)
