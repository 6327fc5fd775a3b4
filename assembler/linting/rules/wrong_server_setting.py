"""Reject a value that the server does not accept, and a setting that has a key of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_SERVER_SETTING
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_setting_values"]


def check_setting_values(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the values that the server does not take."""
    return (one for one in facts.setting_faults if one.code == WRONG_SERVER_SETTING.number)


RULE = Rule(WRONG_SERVER_SETTING, check_profile=check_setting_values)
