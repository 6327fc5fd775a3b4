"""Reject an `as` that does not fit the object, and an object that no adapter fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_ADAPTER
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_wrong_adapter(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each object that is used as what it is not; reads the files of the modules."""
    return (found for found in facts.misuses if found.code == WRONG_ADAPTER.number)


RULE = Rule(WRONG_ADAPTER, check_profile=check_wrong_adapter)
