"""Carry out the config sources, and keep which of them set each key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.assembling.config_strings import check_strings
from assembler.assembling.progress import record_steps
from assembler.assembling.step_run import Run
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.faults import StepFault
from assembler.planning.placed_faults import place_fault
from assembler.planning.set_values import read_values
from assembler.references.signature import call_checked
from assembler.references.values import resolve_options
from assembler.report import ConfigChange
from assembler.steps.config_object import read_object
from assembler.steps.forms import Source

if TYPE_CHECKING:
    from flask import Flask

    from assembler.assembling.assembly import Assembly
    from assembler.document.nodes import Node
    from assembler.language.profile import Step
    from assembler.planning.plan import PlannedStep
    from assembler.policy import Use
    from assembler.report import StepReport

__all__ = ["apply_config"]

CALLER = "caller"  # the source's name in the history, for what create_app was given


def apply_config(assembly: Assembly, argument: object | None) -> None:
    """Put the values of every config source into ``app.config``, in order; the caller's go last.

    Raises:
        ProfileError: at the source that fails, or that sets DEBUG against the profile.
    """
    plan = assembly.loaded.plan
    _set_debug(assembly.app, debug=plan.debug)
    spec = plan.profile.app
    if "use" in spec.node.entries:  # Flask itself sets none
        check_strings(assembly, assembly.app.config, "the app itself", spec)
    work = record_steps(partial(_apply_source, assembly, argument))
    is_placed = False
    for planned in plan.config:
        is_reached = assembly.run_step(planned, work)
        is_placed = is_placed or (is_reached and planned.step.use == "argument")
    if argument is not None and not is_placed:
        values = _load_caller(assembly, argument)
        _set_values(assembly, values, ConfigChange(CALLER, tuple(values)), plan.profile.node)
    if plan.is_debug_declared:
        _set_debug(assembly.app, debug=plan.debug)
    assembly.looked_at = list(assembly.app.config.values())


def _set_debug(app: Flask, *, debug: bool) -> None:
    """Set the flag; Flask's own way makes the Jinja environment, too early for what steps set."""
    if "jinja_env" in vars(app):
        app.debug = debug
    else:
        app.config["DEBUG"] = debug


def _load_caller(assembly: Assembly, argument: object) -> Mapping[str, Any]:
    """Read what the caller passed, where no step `argument` does."""
    try:
        return read_object(assembly.app, argument)
    except StepFault as fault:
        place = assembly.loaded.plan.profile.node.place
        message = f"what was passed as config: {fault.message}"
        code = fault.code or codes.SOURCE_FAILED
        raise ProfileError(
            [code.at(place, message, hint=fault.hint, related=fault.related)]
        ) from fault


@dataclass(slots=True)
class SourceRun(Run):
    """The `SourceContext` of a config source."""

    argument: object | None
    step: Step

    @property
    def folder(self) -> Path:
        """The folder that a relative path of its options is relative to."""
        return self.assembly.loaded.plan.profile.get_source_folder(self.step)

    def note(self, text: str) -> None:
        """Add a note about this source to the report."""
        self.assembly.report.notes.append(f"config '{self.step.name}': {text}")

    def warn(self, fault: StepFault) -> None:
        """Tell of a fault whose code is a warning."""
        self.assembly.warn(place_fault(fault, self.step, "config"))

    def check_file(self, path: Path, use: Use) -> None:
        """Reject a file that the policy does not allow.

        Raises:
            StepFault: if it does not.
        """
        instance = Path(self.app.instance_path)
        fault = self.assembly.loaded.policy.find_refusal(path, use, instance=instance)
        if fault is not None:
            fault.option = ("path",)
            raise fault


def _apply_source(
    assembly: Assembly, argument: object | None, planned: PlannedStep, _entry: StepReport
) -> None:
    step = planned.step
    source = planned.form
    if isinstance(source, Source):
        options: Any = (
            resolve_options(step.options, assembly.scope)
            if source.options is None
            else assembly.type_options(step, source.options)
        )
        run = SourceRun(assembly, argument, step)
        values = source.load(run, options)
        if step.use == "values":
            values = read_values(step.options, values, run.note)
        is_secret = source.secret
    else:
        values, is_secret = _call_source(assembly, step), False
    assembly.scrubber.given.append((values, is_secret))
    written = step.options.get("target") or step
    _set_values(assembly, values, ConfigChange(step.name, tuple(values)), written)


def _call_source(assembly: Assembly, step: Step) -> Mapping[str, Any]:
    """Call an object reference, which returns a mapping."""
    target = assembly.resolve(step.use)
    options = resolve_options(step.options, assembly.scope)
    if not callable(target):
        message = f'"{step.use}" cannot be called'
        raise StepFault(message, hint="Name a callable that returns a mapping.")
    values = call_checked(target, options=options)
    if isinstance(values, Mapping):
        return values
    message = f'"{step.use}" gave a {type(values).__name__}, not a mapping'
    raise StepFault(message, hint="Return a mapping.", code=codes.CONFIG_NOT_A_MAPPING)


def _set_values(
    assembly: Assembly, values: Mapping[str, Any], change: ConfigChange, written: Node | Step
) -> None:
    plan = assembly.loaded.plan
    check_strings(assembly, values, f"config source '{change.source}'", written)
    if plan.is_debug_declared and bool(values.get("DEBUG", plan.debug)) is not plan.debug:
        set_to = f"config source '{change.source}' sets DEBUG to {values['DEBUG']!r}"
        message = f"{set_to}, but the profile's debug is {plan.debug}"
        hint = "Remove DEBUG from the source, or `debug` from the profile."
        raise ProfileError([codes.DEBUG_CONFLICT.at(written.place, message, hint=hint)])
    assembly.app.config.update(values)
    assembly.report.config.append(change)
