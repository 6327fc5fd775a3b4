"""Reject a setting that the server does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import UNKNOWN_SERVER_SETTING
from assembler.linting.facts.setting_faults import find_unknown_settings
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_setting_names"]


def check_setting_names(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the settings that the server does not have."""
    return find_unknown_settings(facts.plan) if "with" in facts.profile.server.node.entries else ()


RULE = Rule(UNKNOWN_SERVER_SETTING, check_profile=check_setting_names)
