"""Carry out the config sources, and know which of them set each key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assembler.assembling.assembly import Assembly, Run
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.faults import StepFault
from assembler.planning.options import build_options, find_form
from assembler.references.signature import call_checked
from assembler.references.values import resolve_options
from assembler.report import ConfigChange
from assembler.secrets.known import is_secret_key
from assembler.steps.config_object import read_object
from assembler.steps.forms import Source

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from assembler.diagnostics.diagnostic import Place
    from assembler.planning.plan import PlannedStep

__all__ = ["apply_config"]

CALLER = "caller"  # the source's name in the history, for what create_app was given


def apply_config(assembly: Assembly, argument: object | None) -> None:
    """Put the values of every config source into ``app.config``, in order; the caller's go last.

    Raises:
        ProfileError: at the source that fails, or that sets DEBUG against the profile.
    """
    plan = assembly.loaded.plan
    _set_debug(assembly.app, debug=plan.debug)
    is_placed = False
    for planned in plan.config:
        if not assembly.is_due(planned):
            continue
        is_placed = is_placed or planned.step.use == "argument"
        with assembly.run_step(planned):
            values = _load_values(assembly, planned, argument)
            _set_values(assembly, values, planned.step.name, planned.step.place)
    if argument is not None and not is_placed:
        _set_values(assembly, _load_caller(assembly, argument), CALLER, plan.profile.node.place)
    if plan.is_debug_declared:
        _set_debug(assembly.app, debug=plan.debug)


def _load_caller(assembly: Assembly, argument: object) -> Mapping[str, Any]:
    """Read what the caller passed, where no step `argument` is there to do it."""
    try:
        return read_object(assembly.app, argument)
    except StepFault as fault:
        place = assembly.loaded.plan.profile.node.place
        message = f"what was passed as config: {fault.message}"
        code = fault.code or codes.SOURCE_FAILED
        raise ProfileError(
            [code.at(place, message, hint=fault.hint, related=fault.related)]
        ) from fault


def _set_debug(app: Flask, *, debug: bool) -> None:
    """Set the flag; Flask's own way makes the Jinja environment, too early for what steps set."""
    if "jinja_env" in vars(app):
        app.debug = debug
    else:
        app.config["DEBUG"] = debug


@dataclass(slots=True)
class SourceRun(Run):
    """What one config source may look at: the `SourceContext` of the forms."""

    folder: Path
    argument: object | None

    def check_file(self, path: Path, *, is_code: bool = False) -> None:
        """Refuse a file outside the policy's ``allow_files``.

        Raises:
            StepFault: if it is.
        """
        policy = self.assembly.loaded.policy
        if not policy.is_file_allowed(path, is_code=is_code):
            raise StepFault(
                f'the policy does not allow the file "{path}"',
                hint=f"Add its folder to `allow_files` in {policy.shown}.",
                option=("path",),
                code=codes.FILE_NOT_ALLOWED,
            )


def _load_values(
    assembly: Assembly, planned: PlannedStep, argument: object | None
) -> Mapping[str, Any]:
    step = planned.step
    source = find_form("config", step.use)
    if not isinstance(source, Source):
        return _call_source(assembly, planned)
    given = resolve_options(step.options, assembly.scope, as_text=source.options is not None)
    options = given if source.options is None else build_options(step, source.options, given)
    run = SourceRun(assembly, assembly.loaded.plan.profile.get_source_folder(step), argument)
    values = source.load(run, options)
    if source.secret:
        assembly.secrets.add(*(value for value in values.values() if isinstance(value, str)))
    return values


def _call_source(assembly: Assembly, planned: PlannedStep) -> Mapping[str, Any]:
    """Call an object reference, which gives a mapping."""
    step = planned.step
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


def _set_values(assembly: Assembly, values: Mapping[str, Any], source: str, place: Place) -> None:
    plan = assembly.loaded.plan
    if plan.is_debug_declared and "DEBUG" in values and bool(values["DEBUG"]) is not plan.debug:
        set_to = f"config source '{source}' sets DEBUG to {values['DEBUG']!r}"
        message = f"{set_to}, but the profile's debug is {plan.debug}"
        raise ProfileError(
            [
                codes.DEBUG_CONFLICT.at(
                    place,
                    message,
                    hint="Remove DEBUG from the source, or `debug` from the profile.",
                )
            ]
        )
    assembly.app.config.update(values)
    for key, value in values.items():
        assembly.report.config.append(ConfigChange(key, source))
        if is_secret_key(key) and isinstance(value, str):
            assembly.secrets.add(value)
