"""Reject an option that the object does not accept, and a call that lacks a required one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_OPTION
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_wrong_option(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each call that does not fit its signature; reads the files of the modules."""
    return (found for found in facts.misuses if found.code == WRONG_OPTION.number)


RULE = Rule(WRONG_OPTION, check_profile=check_wrong_option)
