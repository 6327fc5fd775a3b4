"""Reject an address that cannot be bound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_BIND
from assembler.diagnostics.diagnostic import Collector
from assembler.linting.rules.form import Rule
from assembler.serving.bind import parse_binds, parse_management_bind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_addresses"]


def check_addresses(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report each string that is not an address."""
    found = Collector()
    if "bind" in facts.profile.server.node.entries:
        parse_binds(facts.profile, found)
    parse_management_bind(facts.profile, found)
    return found.found


RULE = Rule(WRONG_BIND, check_profile=check_addresses)
