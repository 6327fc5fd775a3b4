"""Find the step that configures Celery, without which none of its commands runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import Profile
    from assembler.planning.plan import Plan, PlannedStep

__all__ = ["STEP", "build_step_fault", "find_celery_step"]

STEP = "celery"


def find_celery_step(plan: Plan) -> PlannedStep | None:
    """Return the step `celery`, unless it is skipped."""
    return next(
        (
            planned
            for planned in plan.extensions
            if planned.step.use == STEP and planned.decision is not Decision.SKIPPED
        ),
        None,
    )


def build_step_fault(profile: Profile) -> Diagnostic:
    """Build the diagnostic of a profile that has no such step."""
    message = "Celery's commands need a step `celery` that runs"
    hint = (
        "Put `- celery` into `extensions`; its option `app` takes an instance that you have. "
        "Turn a function of your own that makes one off, with `when: false`."
    )
    return codes.NO_CELERY_STEP.at(profile.place_of("role"), message, hint=hint)
