"""Find uses of objects that are certain to fail, from the sources alone.

The faults are those of running the step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import MappingNode, SequenceNode, is_reference
from assembler.linting.facts.adapter_uses import VALUE, check_adapter, check_call, get_values
from assembler.linting.facts.named_objects import soften
from assembler.modules.adapters import FLASKS, guess_adapter, is_callable
from assembler.modules.static_object import Kind
from assembler.planning.placed_faults import place_fault
from assembler.references.reference_forms import build_fault_diagnostics
from assembler.steps.adapters import find_adapter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.language.profile import AppSpec
    from assembler.linting.facts.named_objects import ResolvedObject
    from assembler.linting.facts.profile_view import ProfileView
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject
    from assembler.planning.plan import PlannedStep

__all__ = ["find_misuses"]

# What `flask.Flask` takes: with these alone there is no need to read Flask's own files.
FLASK_OPTIONS = frozenset(
    {
        *("host_matching", "import_name", "instance_path", "instance_relative_config"),
        *("root_path", "static_folder", "static_host", "static_url_path"),
        *("subdomain_matching", "template_folder"),
    }
)


def find_misuses(view: ProfileView, resolved: Iterable[ResolvedObject]) -> Iterator[Diagnostic]:
    """Report each use of an object that is certain to fail; reads the files of its modules."""
    yield from _find_default_app_misuses(view)
    for one in resolved:
        if one.found is not None:
            for found in _find_misuses(view, one, one.found):
                yield soften(found, one.named.planned)


def _find_default_app_misuses(view: ProfileView) -> Iterator[Diagnostic]:
    """Report what `flask.Flask` does not take, where no ``app.use`` names something else."""
    spec = view.profile.app
    options = spec.options
    if spec.node.get("use") is not None or options.entries.keys() <= FLASK_OPTIONS:
        return
    try:
        flask = view.modules.resolve("flask:Flask")
    except StepFault:  # it is not installed here
        return
    for fault in _catch(lambda: _check_app(view.modules.objects, flask, spec)):
        yield place_fault(fault, spec, "app")


def _find_misuses(
    view: ProfileView, one: ResolvedObject, target: StaticObject
) -> Iterator[Diagnostic]:
    named, objects = one.named, view.modules.objects
    if named.call is not None:
        for fault in _catch(lambda: _check_call(objects, target, named.call, named.text)):
            yield from build_fault_diagnostics(fault, named.node)
    elif named.is_close:
        for fault in _catch(lambda: _check_call(objects, target, None, named.text)):
            yield from build_fault_diagnostics(fault, named.node)
    elif named.is_use and named.planned is None:
        spec = view.profile.app
        for fault in _catch(lambda: _check_app(objects, target, spec)):
            yield place_fault(fault, spec, "app")
    elif named.is_use and named.planned is not None:
        planned = named.planned
        for fault in _catch(lambda: _check_step(objects, target, planned)):
            yield place_fault(fault, planned.step, planned.kind)


def _catch(check: Callable[[], None]) -> tuple[StepFault, ...]:
    try:
        check()
    except StepFault as fault:
        return (fault, *fault.more)
    return ()


def _check_call(
    objects: StaticObjects, target: StaticObject, call: MappingNode | None, text: str
) -> None:
    if is_callable(objects, target) is False:
        from assembler.references.values import build_uncallable_fault  # noqa: PLC0415 - only for a fault

        raise build_uncallable_fault(text)
    args, options = (None, None) if call is None else (call.get("args"), call.get("with"))
    values = [VALUE] * len(args.items) if isinstance(args, SequenceNode) else []
    named = get_values(options) if isinstance(options, MappingNode) else {}
    check_call(objects, target, named, *values)


def _check_app(objects: StaticObjects, target: StaticObject, spec: AppSpec) -> None:
    options = get_values(spec.options)
    made = target.builtin.__name__ if target.builtin else target.qualified_name
    owner = target if target.kind is Kind.CLASS else target.made_of
    is_flask = None if owner is None else objects.is_kind_of(owner, FLASKS)
    message = None
    if target.kind is Kind.CLASS and is_flask is False and objects.makes_its_own(target):
        message = f"{spec.use} gave a {made}, not a Flask"
    elif target.kind is Kind.INSTANCE and is_flask:
        message = f"{spec.use} is a Flask already, expected what makes one"
    elif is_callable(objects, target) is False:
        message = f"{spec.use} is a {made}, which cannot be called"
    if message is not None:
        hint = "Name a Flask subclass, or a callable that returns a Flask."
        raise StepFault(message, hint=hint, code=codes.NOT_A_FLASK)
    if target.kind is Kind.CLASS and is_flask:
        options.setdefault("import_name", VALUE)
    check_call(objects, target, options)


def _check_step(objects: StaticObjects, target: StaticObject, planned: PlannedStep) -> None:
    step = planned.step
    if is_reference(step.options) or is_reference(step.init):
        return  # which is said already
    if planned.kind == "config":
        check_call(objects, target, get_values(step.options))
        return
    adapter = find_adapter(step.as_) if step.as_ else guess_adapter(objects, target)
    if adapter is not None:  # an unknown one is reported already
        check_adapter(objects, target, adapter, step)
