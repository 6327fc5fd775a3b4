"""Warn of a worker or beat that Celery's commands cannot run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import NO_CELERY_STEP
from assembler.diagnostics.diagnostic import Severity
from assembler.linting.rules.form import Rule
from assembler.serving.celery_pool import CELERY_ROLES
from assembler.serving.celery_step import build_step_fault, find_celery_step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_celery_step"]


def check_celery_step(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the missing step; a warning, since tasks may be run by something else."""
    profile = facts.plan.profile
    if profile.role in CELERY_ROLES and find_celery_step(facts.plan) is None:
        yield replace(build_step_fault(profile), severity=Severity.WARNING)


RULE = Rule(NO_CELERY_STEP, check_profile=check_celery_step)
