"""Reject a module that cannot be imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import IMPORT_FAILED
from assembler.linting.facts.named_objects import iter_reference_faults
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_imports(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each reference whose module cannot be imported; reads the modules' files."""
    return iter_reference_faults(facts.resolved_objects, IMPORT_FAILED)


RULE = Rule(IMPORT_FAILED, check_profile=check_imports)
