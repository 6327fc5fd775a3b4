"""Find uses of objects that are certain to fail, from the sources alone.

What is said is what carrying the step out would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler import codes
from assembler.facts.named_objects import soften
from assembler.forms import ADAPTER_NAMES, StepFault
from assembler.nodes import Mapping, Scalar, Sequence, is_reference, to_plain
from assembler.placed_faults import place_fault
from assembler.reference_forms import build_fault_diagnostics
from assembler.signature import check_signature, place_arguments
from assembler.static.adapters import FLASKS, KINDS, guess_adapter, has_init_app, is_callable
from assembler.static.objects import Kind
from assembler.static.signatures import find_method_signature, find_signature
from assembler.step_faults import (
    OPTIONS,
    build_init_fault,
    build_missing_option_fault,
    build_mount_path_fault,
    build_prefix_fault,
    build_unfit_fault,
    find_unknown_option_fault,
)

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable, Iterator

    from assembler.diagnostics import Diagnostic
    from assembler.facts.lint_facts import ProfileFacts
    from assembler.facts.named_objects import ResolvedObject
    from assembler.language.profile import AppSpec, Step
    from assembler.plan import PlannedStep
    from assembler.static.objects import StaticObject, StaticObjects

__all__ = ["find_misuses"]

TEMPLATE_METHODS = frozenset({"template_filter", "template_test", "template_global"})
VALUE = object()  # stands for one that is not looked at
LIMIT_SOUND = 1_000  # uses that are remembered to be well


class Use(NamedTuple):
    """An object, and how a step uses it."""

    objects: StaticObjects
    target: StaticObject
    step: Step
    options: dict[str, Any]
    init: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Called:
    """What is called, and what messages call it."""

    signature: inspect.Signature | None
    name: str

    def check(self, options: dict[str, Any], *args: object) -> None:
        """Refuse a call that its signature does not fit.

        Raises:
            StepFault: if it does not.
        """
        if self.signature is not None:
            placed, named = place_arguments(self.signature, self.name, args, options)
            check_signature(self.signature, self.name, placed, named)


def find_misuses(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each use of an object that is certain to fail; reads the files of its modules."""
    for one in facts.resolved_objects:
        if one.found is not None:
            for found in _find_misuses(facts, one, one.found):
                yield soften(found, one.named.planned)


def _find_misuses(
    facts: ProfileFacts, one: ResolvedObject, target: StaticObject
) -> Iterator[Diagnostic]:
    named, objects = one.named, facts.modules.objects
    if named.call is not None:
        for fault in _catch(lambda: _check_call(objects, target, named.call, named.text)):
            yield from build_fault_diagnostics(fault, named.node)
    elif named.is_use and named.planned is None:
        spec = facts.profile.app
        for fault in _catch(lambda: _check_app(objects, target, spec)):
            yield place_fault(fault, spec, "app")
    elif named.is_use and named.planned is not None:
        planned, step = named.planned, named.planned.step
        # Profiles of one project use the same objects in the same way.
        use = (named.text, planned.kind, step.as_, repr(step.with_), repr(step.init))
        if use in objects.sound:
            return
        faults = _catch(lambda: _check_step(objects, target, planned))
        if not faults and len(objects.sound) < LIMIT_SOUND:
            objects.sound.add(use)
        for fault in faults:
            yield place_fault(fault, step, planned.kind)


def _catch(check: Callable[[], None]) -> tuple[StepFault, ...]:
    try:
        check()
    except StepFault as fault:
        return (fault, *fault.more)
    return ()


def _check_call(
    objects: StaticObjects, target: StaticObject, call: Mapping | None, text: str
) -> None:
    if is_callable(objects, target) is False:
        message = f'"{text}" cannot be called'
        hint = "Name a function, a class, or another callable."
        raise StepFault(message, hint=hint, code=codes.CALL_FAILED)
    args, options = (None, None) if call is None else (call.get("args"), call.get("with"))
    values = [VALUE] * len(args.items) if isinstance(args, Sequence) else []
    named = _get_values(options) if isinstance(options, Mapping) else {}
    _find_called(objects, target).check(named, *values)


def _check_app(objects: StaticObjects, target: StaticObject, spec: AppSpec) -> None:
    options = _get_values(spec.get_options())
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
    _find_called(objects, target).check(options)


def _check_step(objects: StaticObjects, target: StaticObject, planned: PlannedStep) -> None:
    step = planned.step
    if is_reference(step.get_options()) or is_reference(step.get_options("init")):
        return  # which is said already
    options, init = _get_values(step.get_options()), _get_values(step.get_options("init"))
    if planned.kind == "config":
        _find_called(objects, target).check(options)
        return
    use = Use(objects, target, step, options, init)
    adapter = step.as_ or guess_adapter(objects, target)
    if adapter in ADAPTER_NAMES:  # another is refused already
        CHECKS.get(adapter, _check_registration)(use, adapter)


def _get_values(options: Mapping) -> dict[str, Any]:
    """Give the options by name; only of a list is the value known, since it may be spread."""
    return {
        key: to_plain(entry.value)
        if isinstance(entry.value, Scalar)
        else [VALUE] * (len(entry.value.items) if isinstance(entry.value, Sequence) else 0)
        for key, entry in options.entries.items()
    }


def _find_called(objects: StaticObjects, target: StaticObject) -> _Called:
    return _Called(find_signature(objects, target), target.qualified_name)


def _require(use: Use, adapter: str, *, fits: bool | None) -> None:
    if fits is False:
        raise build_unfit_fault(use.step.use, adapter)


def _refuse_init(use: Use) -> None:
    if use.init:
        raise build_init_fault()


def _refuse_others(given: dict[str, Any], adapter: str) -> None:
    fault = find_unknown_option_fault(given, OPTIONS[adapter])
    if fault is not None:
        raise fault


def _check_extension(use: Use, adapter: str) -> None:
    kind, objects, target = use.target.kind, use.objects, use.target
    has_method = has_init_app(objects, target)
    can_be_called = kind is not Kind.CLASS and is_callable(objects, target)
    _require(use, adapter, fits=has_method if can_be_called is False else None)
    if kind in {Kind.CLASS, Kind.FUNCTION}:
        _find_called(objects, target).check(use.options)
    if not has_method:
        return
    owner = target.made_of if kind is Kind.INSTANCE else target
    assert owner is not None
    name = f"{owner.qualified_name}.init_app"
    if kind is Kind.CLASS:
        _Called(find_method_signature(objects, owner, "init_app"), name).check(use.init, VALUE)
        return
    _refuse_init(use)
    if kind is Kind.INSTANCE:
        _Called(find_method_signature(objects, owner, "init_app"), name).check(use.options, VALUE)
    elif (function := objects.get_attribute(target, "init_app")) is not None:
        _find_called(objects, function).check(use.options, VALUE)


def _check_instance(use: Use, adapter: str) -> None:
    """Check what is for instances of one class: a blueprint, a command."""
    made_of = use.target.made_of if use.target.kind is Kind.INSTANCE else None
    is_other = use.target.kind is not Kind.UNKNOWN and made_of is None
    fits = None if made_of is None else use.objects.is_kind_of(made_of, KINDS[adapter])
    _require(use, adapter, fits=False if is_other else fits)
    _refuse_init(use)
    _refuse_others(use.options, adapter)
    if adapter == "blueprint":
        _raise(build_prefix_fault(_get_text(use, "url_prefix")))


def _check_log_handler(use: Use, adapter: str) -> None:
    is_class = use.target.kind is Kind.CLASS
    kind = use.target if is_class else use.target.made_of
    is_other = use.target.kind not in {Kind.UNKNOWN, Kind.CLASS, Kind.INSTANCE}
    fits = None if kind is None else use.objects.is_kind_of(kind, KINDS[adapter])
    _require(use, adapter, fits=False if is_other else fits)
    if is_class:
        _find_called(use.objects, use.target).check(use.options)
        _refuse_others(use.init, adapter)
    elif use.target.kind is Kind.INSTANCE:
        _refuse_init(use)
        _refuse_others(use.options, adapter)


def _check_called(use: Use, adapter: str) -> None:
    _refuse_init(use)
    _require(use, adapter, fits=is_callable(use.objects, use.target))
    given = () if adapter == "function" else (VALUE,)
    _find_called(use.objects, use.target).check(use.options, *given)


def _check_error_handler(use: Use, adapter: str) -> None:
    _require(use, adapter, fits=is_callable(use.objects, use.target))
    _refuse_init(use)
    if use.options.get("for") is None:
        raise build_missing_option_fault("for")
    _refuse_others(use.options, adapter)


def _check_mount(use: Use, adapter: str) -> None:
    _refuse_init(use)
    if use.options.get("path") is None:
        raise build_missing_option_fault("path")
    _refuse_others(use.options, adapter)
    path = _get_text(use, "path")
    _raise(None if path is None else build_mount_path_fault(path))
    _require(use, adapter, fits=is_callable(use.objects, use.target))


def _check_url_rule(use: Use, adapter: str) -> None:  # noqa: ARG001 - the form of a check
    _refuse_init(use)
    if use.options.get("rule") is None:
        raise build_missing_option_fault("rule")


def _check_registration(use: Use, adapter: str) -> None:
    _refuse_init(use)
    _require(use, adapter, fits=is_callable(use.objects, use.target))
    known = ("f", "name") if adapter in TEMPLATE_METHODS else ("f",)
    fault = find_unknown_option_fault((key for key in use.options if key != "f"), known)
    if fault is not None:
        raise fault


def _get_text(use: Use, option: str) -> str | None:
    """Give the text of an option, if it is one and known."""
    node = use.step.get_options().get(option)
    is_known = isinstance(node, Scalar) and isinstance(node.value, str) and not node.unknown
    return str(node.value) if is_known and isinstance(node, Scalar) else None


def _raise(fault: StepFault | None) -> None:
    if fault is not None:
        raise fault


CHECKS: dict[str, Callable[[Use, str], None]] = {
    "extension": _check_extension,
    "blueprint": _check_instance,
    "command": _check_instance,
    "log_handler": _check_log_handler,
    "call": _check_called,
    "function": _check_called,
    "middleware": _check_called,
    "error_handler": _check_error_handler,
    "mount": _check_mount,
    "add_url_rule": _check_url_rule,
}
