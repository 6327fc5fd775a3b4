"""Reject an `app` that does not create a Flask object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NOT_A_FLASK
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_not_a_flask(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report an app that is not a Flask object; reads the files of its modules."""
    return (found for found in facts.misuses if found.code == NOT_A_FLASK.number)


RULE = Rule(NOT_A_FLASK, check_profile=check_not_a_flask)
