"""Reject gunicorn's `preload_app` with gevent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import PRELOAD_WITH_GEVENT
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_preload"]


def check_preload(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report ``preload_app`` where gevent is to patch gunicorn's workers."""
    return (one for one in facts.setting_faults if one.code == PRELOAD_WITH_GEVENT.number)


RULE = Rule(PRELOAD_WITH_GEVENT, check_profile=check_preload)
