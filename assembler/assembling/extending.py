"""Carry out the extensions, in the order of the plan."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import TYPE_CHECKING, Any

from assembler.assembling.assembly import SkipStep, StepRun
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.planning.options import build_options, find_form
from assembler.references.reference import is_profile_path
from assembler.references.values import resolve_options
from assembler.report import Outcome
from assembler.steps.adapters import (
    Adapter,
    Attachment,
    attach_object,
    find_adapter,
    guess_adapter,
)
from assembler.steps.forms import CatalogStep
from assembler.steps.step_faults import build_extra_fault, build_second_step_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.assembling.assembly import Assembly
    from assembler.language.profile import Step
    from assembler.planning.plan import PlannedStep

__all__ = ["apply_extensions"]


def apply_extensions(assembly: Assembly, mount: Callable[[str, Step], object]) -> None:
    """Give every extension the app.

    Args:
        assembly: The app that is assembled.
        mount: Assembles the profile that a step mounts, given its path and the step.

    Raises:
        ProfileError: at the first step that fails and must not.
    """
    for planned in assembly.loaded.plan.extensions:
        if not assembly.is_due(planned):
            continue
        with assembly.run_step(planned) as entry:
            run = StepRun(assembly, entry)
            context = assembly.app.app_context() if planned.step.app_context else nullcontext()
            with context:
                assembly.scope.produced[planned.step.name] = _apply(run, planned, mount)


def _apply(run: StepRun, planned: PlannedStep, mount: Callable[[str, Step], object]) -> object:
    step = planned.step
    form = find_form("extension", step.use)
    if isinstance(form, CatalogStep):
        return _apply_catalog_step(run, step, form)
    started = time.perf_counter()
    is_file = step.as_ == "mount" and is_profile_path(step.use)
    target: Any = run.resolve(step.use) if step.use and not is_file else None
    run.entry.import_ms = (time.perf_counter() - started) * 1000
    if isinstance(target, ModuleType) and step.as_ is None:
        _ask_module(target)
    scope = run.assembly.scope
    adapter = find_adapter(step.as_) or guess_adapter(target)
    attachment = Attachment(
        run.app,
        target,
        step.name,
        step.use,
        resolve_options(step.options, scope),
        resolve_options(step.init, scope),
        resolve=run.resolve,
        mount=lambda path: mount(path, step),
    )
    return _keep_open(run, step, adapter, target, attach_object(adapter, attachment))


def _apply_catalog_step(run: StepRun, step: Step, form: CatalogStep) -> object:
    if form.once and any(
        entry.use == step.use and entry is not run.entry and entry.outcome is Outcome.DONE
        for entry in run.report.steps
    ):
        raise build_second_step_fault(step.use)
    # Options that the step does not know the types of are typed by the core scalar rules.
    is_typed = form.options.model_config.get("extra") != "allow"
    given = resolve_options(step.options, run.assembly.scope, as_text=is_typed)
    options = build_options(step, form.options, given)
    try:
        return form.apply(run, options)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in form.packages:
            raise
        raise build_extra_fault(error.name, step.use, form.extra) from error


def _ask_module(module: ModuleType) -> None:
    """Ask a module's ``is_enabled()``, if it has one, before anything else of it.

    Raises:
        SkipStep: if it says no.
    """
    is_enabled = getattr(module, "is_enabled", None)
    if callable(is_enabled) and not is_enabled():
        message = f"{module.__name__}.is_enabled() said no"
        raise SkipStep(message)


def _keep_open(
    run: StepRun, step: Step, adapter: Adapter, target: object, produced: object
) -> object:
    """Enter a context manager that the step made, and remember what closes the object."""
    is_made = produced is not target and not adapter.wraps
    if is_made and isinstance(produced, AbstractContextManager) and step.close is None:
        produced = run.assembly.closers.enter_context(produced)
    if step.close is not None:
        close = getattr(produced, step.close, None)
        if not callable(close):
            message = f'the object has no method "{step.close}" to close it'
            raise StepFault(
                message, hint="Name a method of the object.", code=codes.ATTRIBUTE_NOT_FOUND
            )
        run.on_close(close)
    return produced
