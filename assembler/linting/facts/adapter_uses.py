"""Check the use of an object by its adapter, from the sources alone.

What is said is what carrying the step out would say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.document.nodes import ScalarNode
from assembler.modules.adapters import KINDS, has_init_app, is_callable
from assembler.modules.signatures import find_method_signature, find_signature
from assembler.modules.static_object import Kind
from assembler.references.signature import check_signature, place_arguments
from assembler.steps.step_faults import (
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
    from collections.abc import Callable

    from assembler.diagnostics.faults import StepFault
    from assembler.language.profile import Step
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject

__all__ = ["VALUE", "Use", "check_adapter", "find_called"]

TEMPLATE_METHODS = frozenset({"template_filter", "template_test", "template_global"})
VALUE = object()  # stands for one that is not looked at


class Use(NamedTuple):
    """An object, and how a step uses it."""

    objects: StaticObjects
    target: StaticObject
    step: Step
    options: dict[str, Any]
    init: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Called:
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


def check_adapter(use: Use, adapter: str) -> None:
    """Refuse what the adapter would refuse.

    Raises:
        StepFault: if it is certain to.
    """
    CHECKS.get(adapter, _check_registration)(use, adapter)


def find_called(objects: StaticObjects, target: StaticObject) -> Called:
    """Give what is called where ``target`` is."""
    return Called(find_signature(objects, target), target.qualified_name)


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
        find_called(objects, target).check(use.options)
    if not has_method:
        return
    owner = target.made_of if kind is Kind.INSTANCE else target
    assert owner is not None
    name = f"{owner.qualified_name}.init_app"
    if kind is Kind.CLASS:
        Called(find_method_signature(objects, owner, "init_app"), name).check(use.init, VALUE)
        return
    _refuse_init(use)
    if kind is Kind.INSTANCE:
        Called(find_method_signature(objects, owner, "init_app"), name).check(use.options, VALUE)
    elif (function := objects.get_attribute(target, "init_app")) is not None:
        find_called(objects, function).check(use.options, VALUE)


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
        find_called(use.objects, use.target).check(use.options)
        _refuse_others(use.init, adapter)
    elif use.target.kind is Kind.INSTANCE:
        _refuse_init(use)
        _refuse_others(use.options, adapter)


def _check_called(use: Use, adapter: str) -> None:
    _refuse_init(use)
    _require(use, adapter, fits=is_callable(use.objects, use.target))
    given = () if adapter == "function" else (VALUE,)
    find_called(use.objects, use.target).check(use.options, *given)


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
    node = use.step.options.get(option)
    is_known = isinstance(node, ScalarNode) and isinstance(node.value, str) and not node.unknown
    return str(node.value) if is_known and isinstance(node, ScalarNode) else None


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
