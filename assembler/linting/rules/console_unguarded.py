"""Reject a console that other machines reach, and nothing keeps strangers out of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CONSOLE_UNGUARDED
from assembler.diagnostics.diagnostic import Collector
from assembler.linting.rules.form import Rule
from assembler.serving.bind import parse_binds, parse_management_bind
from assembler.serving.choice import choose_server
from assembler.serving.console import find_unguarded_faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_console"]


def check_console(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report what `run` would refuse."""
    binds = parse_binds(facts.profile, Collector())
    management = None
    if choose_server(facts.plan) != "werkzeug":  # which has no address of its own for it
        management = parse_management_bind(facts.profile, Collector())
    return find_unguarded_faults(facts.plan, binds, management)


RULE = Rule(CONSOLE_UNGUARDED, check_profile=check_console)
