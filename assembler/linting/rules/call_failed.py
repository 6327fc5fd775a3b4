"""Reject a `$call` that raises, or whose target is not callable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CALL_FAILED
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_call_failed(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each `$call` of what cannot be called; reads the files of the modules."""
    return (found for found in facts.misuses if found.code == CALL_FAILED.number)


RULE = Rule(CALL_FAILED, check_profile=check_call_failed)
