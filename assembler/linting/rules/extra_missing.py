"""Reject a catalogue step whose package is not installed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.codes import EXTRA_MISSING
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.planning.options import find_form
from assembler.planning.placed_faults import place_fault
from assembler.steps.forms import CatalogStep
from assembler.steps.step_faults import build_extra_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


class _Needs(NamedTuple):
    """The packages of a catalogue step, and the extra that installs them."""

    packages: tuple[str, ...] = ()
    extra: str | None = None


def check_packages(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each step whose packages are not installed; lists the folders of Python's path."""
    for planned in facts.due:
        needs = _find_needs(planned.step.use)
        for package in needs.packages:
            if facts.modules.find_module(package) is None:
                fault = build_extra_fault(package, planned.step.use, needs.extra)
                yield soften(place_fault(fault, planned.step, planned.kind), planned)
                break


@lru_cache(maxsize=1024)  # the same few names, in every profile of a run
def _find_needs(use: str) -> _Needs:
    form = find_form("extension", use)
    return _Needs(form.packages, form.extra) if isinstance(form, CatalogStep) else _Needs()


RULE = Rule(EXTRA_MISSING, check_profile=check_packages)
