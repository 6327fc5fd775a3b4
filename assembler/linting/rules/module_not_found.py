"""Reject a reference to a module that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MODULE_NOT_FOUND
from assembler.linting.facts.named_objects import iter_reference_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_modules(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference whose module is not there; reads the files of the others."""
    if facts.missing_project is None:  # else that is reported
        yield from iter_reference_faults(facts.resolved_objects, MODULE_NOT_FOUND)


RULE = Rule(MODULE_NOT_FOUND, check_profile=check_modules)
