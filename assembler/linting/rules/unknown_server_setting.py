"""Reject a setting that the server does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import UNKNOWN_SERVER_SETTING
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_setting_names"]


def check_setting_names(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the settings that the server does not have."""
    return (one for one in facts.setting_faults if one.code == UNKNOWN_SERVER_SETTING.number)


RULE = Rule(UNKNOWN_SERVER_SETTING, check_profile=check_setting_names)
