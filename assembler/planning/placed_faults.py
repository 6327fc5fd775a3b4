"""Place what is wrong with a step in the profile that says the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.document.nodes import Node, find_place

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.diagnostics.faults import StepFault
    from assembler.language.profile import AppSpec, Step

__all__ = ["place_fault"]


def place_fault(fault: StepFault, step: Step | AppSpec, kind: str) -> Diagnostic:
    """Give the diagnostic of a fault, at the option that it names or at the step."""
    code = fault.code or (codes.SOURCE_FAILED if kind == "config" else codes.STEP_FAILED)
    place = step.place
    if fault.option:
        options: Node = step.options
        if fault.option[0] not in step.options.entries:
            options = getattr(step, "init", options)
        at_key = code is codes.WRONG_OPTION and len(fault.option) == 1
        place, node = find_place(options, fault.option, at_key=at_key)
        if node is options:
            place = step.place
    return code.at(place, fault.message, hint=fault.hint, related=fault.related)
