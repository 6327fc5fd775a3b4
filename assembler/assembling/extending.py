"""Carry out the extensions, in the order of the plan."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from assembler.assembling.assembly import SkipStep
from assembler.assembling.config_strings import check_extension
from assembler.assembling.step_run import StepRun
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.references.reference import is_catalog_name, is_profile_path, resolve_reference
from assembler.references.reference_forms import build_fault_diagnostics
from assembler.references.values import build_uncallable_fault, resolve_options
from assembler.report import Outcome
from assembler.steps.adapters import Attachment, attach_object
from assembler.steps.catalog import CATALOG
from assembler.steps.forms import CatalogStep
from assembler.steps.named_places import Asker, find_file_options
from assembler.steps.step_faults import build_extra_fault, build_second_step_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from assembler.assembling.assembly import Assembly
    from assembler.document.nodes import Node
    from assembler.language.profile import Step
    from assembler.planning.plan import PlannedStep
    from assembler.report import StepReport

__all__ = ["Extending"]

DONE = Outcome.DONE  # as `RUNS` of `assembly`


@dataclass(frozen=True, slots=True)
class Extending:
    """Gives extensions the app."""

    assembly: Assembly
    mount: Callable[[Node, str], Flask]  # assembles the profile whose path a node says
    done: set[str] = field(default_factory=set)  # the catalogue steps that are done

    def carry_out(self, planned: PlannedStep, entry: StepReport) -> None:
        """Give one extension the app, and keep what it produced."""
        step, assembly = planned.step, self.assembly
        apply = self._attach if planned.form is None else self._apply
        if step.app_context:
            with assembly.app.app_context():
                produced = apply(planned, entry)
        else:
            produced = apply(planned, entry)
        check_extension(assembly, step)
        assembly.scope.produced[step.name] = produced
        if planned.form is not None and entry.outcome is DONE:
            self.done.add(step.use)

    def resolve(self, reference: str) -> Any:  # noqa: ANN401 - an object of the project
        """Import what ``reference`` names, within the allow list."""
        return self.assembly.resolve(reference)

    def _attach(self, planned: PlannedStep, _entry: StepReport) -> object:
        """Attach the object that a reference names."""
        step, assembly, scope = planned.step, self.assembly, self.assembly.scope
        target: Any = None
        if step.use and not (step.as_ == "mount" and is_profile_path(step.use)):
            target = resolve_reference(step.use, scope.policy)
        if step.as_ is None and isinstance(target, ModuleType):
            _ask_module(target)
        options = resolve_options(step.options, scope) if step.options.entries else {}
        init = resolve_options(step.init, scope) if step.has_init else None
        if options or init:
            raise_faults(self._get_asker().iter_blueprint_faults({**(init or {}), **options}))
        attachment = Attachment(assembly.app, target, step, options, init, self)
        adapter, produced = attach_object(step.as_, attachment)
        if step.close is None and (produced is target or produced is None or adapter.wraps):
            return produced
        return self._keep_open(step, produced)

    def _apply(self, planned: PlannedStep, entry: StepReport) -> object:
        """Carry out a catalogue step."""
        step, form = planned.step, planned.form
        assert isinstance(form, CatalogStep)
        if form.once and step.use in self.done:
            raise build_second_step_fault(step.use)
        options = self.assembly.type_options(step, form.options)
        if self.assembly.loaded.policy.limits_files and find_file_options(form.options):
            raise_faults(self._get_asker().iter_option_faults(form.options, vars(options)))
        if options.model_extra:
            raise_faults(self._get_asker().iter_flask_faults(options.model_extra))
        try:
            return form.apply(StepRun(self.assembly, planned, entry, self.mount), options)
        except ModuleNotFoundError as error:
            if error.name is None or error.name.partition(".")[0] not in form.packages:
                raise
            owner = CATALOG.find_owner(step.use)
            raise build_extra_fault(error.name, step.use, form.extra, owner) from error

    def _get_asker(self) -> Asker:
        loaded, app = self.assembly.loaded, self.assembly.app
        instance = Path(app.instance_path) if loaded.policy.limits_files else None
        return Asker(loaded.policy, loaded.root, instance)

    def _keep_open(self, step: Step, produced: object) -> object:
        """Enter a context manager that the step made; remember what closes the object."""
        closers = self.assembly.closers
        if step.close is None:
            if isinstance(produced, AbstractContextManager):
                return closers.enter_context(produced)
            return produced
        try:
            closers.callback(self._find_close(step.close, produced))
        except StepFault as fault:
            node = step.node.entries["close"].value
            raise ProfileError(build_fault_diagnostics(fault, node)) from fault
        return produced

    def _find_close(self, close: str, produced: object) -> Callable[[], object]:
        """Return what closes an object: its method, or in an app context what a reference names."""
        if is_catalog_name(close):
            method: Callable[[], object] | None = getattr(produced, close, None)
            if method is not None and callable(method):
                return method
            message = f'the object has no method "{close}" to close it'
            hint = "Name a method of the object, or write `module:function`."
            raise StepFault(message, hint=hint, code=codes.ATTRIBUTE_NOT_FOUND)
        function = self.assembly.resolve(close)
        if not callable(function):
            raise build_uncallable_fault(close)
        return partial(_call_in_context, self.assembly.app, function)


def _call_in_context(app: Flask, function: Callable[[], object]) -> object:
    with app.app_context():
        return function()


def _ask_module(module: ModuleType) -> None:
    """Ask a module's ``is_enabled()``, if it has one, before it is given the app.

    Raises:
        SkipStep: if it returns false.
    """
    names = vars(module)
    if "is_enabled" not in names and "__getattr__" not in names:  # a tenth of the time of asking
        return
    is_enabled = getattr(module, "is_enabled", None)
    if callable(is_enabled) and not is_enabled():
        message = f"{module.__name__}.is_enabled() returned false"
        raise SkipStep(message)
