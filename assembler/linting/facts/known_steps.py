"""Find which of the catalogue's steps a step of the project is its own version of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.references.reference import is_catalog_name
from assembler.steps.catalog import TABLE, find_known_names

if TYPE_CHECKING:
    from assembler.language.profile import Step

__all__ = ["find_step_names", "is_known_as"]

PREFIX = "ext_"


def find_step_names(step: Step) -> list[str]:
    """Return the names under which the catalogue may know the step."""
    if is_catalog_name(step.use):
        names = [step.use, step.as_]
    else:
        module = step.use.partition(":")[0]
        last = module.rpartition(".")[2].removeprefix(PREFIX)
        package = module.partition(".")[0]
        known = find_known_names((step.name, last, package))
        names = [*known, package, step.as_]
    return [name for name in names if name]


def is_known_as(step: Step, name: str) -> bool:
    """Return whether the step is the catalogue's step ``name``, or the project's own version."""
    return name in find_step_names(step) or any(one in step.use for one in TABLE[name].known_as)
