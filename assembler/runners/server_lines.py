"""Have gunicorn's master write its lines as the profile's step `logging` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import ScalarNode, to_plain
from assembler.planning.plan import Decision
from assembler.steps.catalog.logging import STEP, LoggingOptions, build_step_formatter
from assembler.steps.log_lines import format_server_lines

if TYPE_CHECKING:
    from assembler.planning.plan import Plan

__all__ = ["format_master_lines"]


def format_master_lines(plan: Plan) -> None:
    """Give the master's lines the format of the step; a worker's get it when the step is reached.

    What is decided at run, or wrong, leaves them as they are: a worker tells what is wrong.
    """
    for planned in plan.extensions:
        if planned.form is not STEP or planned.decision is not Decision.RUNS:
            continue
        try:
            plain = to_plain(planned.step.options, ScalarNode.for_schema)
            options = LoggingOptions.model_validate(plain)
            if options.server_lines:
                format_server_lines(build_step_formatter(options))
        except (ValueError, StepFault):
            continue
