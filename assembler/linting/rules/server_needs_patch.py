"""Reject a server without the patch that it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import SERVER_NEEDS_PATCH
from assembler.linting.rules.form import Rule
from assembler.serving.choice import find_server_need

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_server"]


def check_server(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report a server whose patch is not applied."""
    need = find_server_need(facts.plan, facts.profile.server.use or "")
    return () if need is None or facts.has_unknown_patch else (need,)


RULE = Rule(SERVER_NEEDS_PATCH, check_profile=check_server)
