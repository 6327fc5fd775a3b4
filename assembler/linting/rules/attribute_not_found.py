"""Reject a reference to something that its module does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import ATTRIBUTE_NOT_FOUND
from assembler.linting.facts.named_objects import iter_reference_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_attributes(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference whose module has no such name; reads the modules' files."""
    return iter_reference_faults(facts.resolved_objects, ATTRIBUTE_NOT_FOUND)


RULE = Rule(ATTRIBUTE_NOT_FOUND, check_profile=check_attributes)
