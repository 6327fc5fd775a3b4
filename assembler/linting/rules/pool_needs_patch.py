"""Reject a pool of Celery's that is not as the patches say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import POOL_NEEDS_PATCH
from assembler.linting.rules.form import Rule
from assembler.serving.celery_pool import find_pool_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_pool"]


def check_pool(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report a pool that runs with another standard library than the patches say."""
    fault = find_pool_fault(facts.plan)
    return () if fault is None or facts.has_unknown_patch else (fault,)


RULE = Rule(POOL_NEEDS_PATCH, check_profile=check_pool)
