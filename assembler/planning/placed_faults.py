"""Place what is wrong with a step in the profile that contains the step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.document.nodes import find_place
from assembler.language.validation import name_variables

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.diagnostics.faults import StepFault
    from assembler.language.profile import AppSpec, Step

__all__ = ["place_fault", "place_in_source"]


def place_fault(fault: StepFault, step: Step | AppSpec, kind: str) -> Diagnostic:
    """Return the diagnostic of a fault, at the option that it names or at the step."""
    code = fault.code or (codes.SOURCE_FAILED if kind == "config" else codes.STEP_FAILED)
    place = step.place
    if fault.option:
        is_init = fault.option[0] not in step.options.entries
        options = getattr(step, "init", step.options) if is_init else step.options
        at_key = code is codes.WRONG_OPTION and len(fault.option) == 1
        found, node = find_place(options, fault.option, at_key=at_key)
        place = place if node is options else found
    return code.at(place, fault.message, hint=fault.hint, related=fault.related)


def place_in_source(found: Diagnostic, source: Step, keys: tuple[str, ...]) -> Diagnostic:
    """Return ``found`` at what the config source sets at ``keys``, or at what the source reads."""
    place, node = find_place(source.options, keys)
    if source.use == "values" and node is not source.options:
        return name_variables(replace(found, place=place), node)
    read = source.options.get("target") or source.options.get("path")
    return replace(found, place=source.place if read is None else read.place)
