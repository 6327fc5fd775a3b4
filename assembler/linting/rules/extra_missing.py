"""Reject a catalogue step whose package is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import EXTRA_MISSING
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault
from assembler.steps.catalog import CATALOG
from assembler.steps.forms import CatalogStep
from assembler.steps.step_faults import build_extra_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_packages(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step whose packages are not installed; lists the folders of Python's path."""
    for planned in facts.due:
        form = planned.form
        if not isinstance(form, CatalogStep):
            continue
        for package in form.packages:
            if facts.modules.find_module(package) is None:
                use = planned.step.use
                fault = build_extra_fault(package, use, form.extra, CATALOG.find_owner(use))
                yield soften(place_fault(fault, planned.step, planned.kind), planned)
                break


RULE = Rule(EXTRA_MISSING, check_profile=check_packages)
