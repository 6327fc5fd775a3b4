"""Check from the sources alone how an adapter uses an object.

The faults are those of `assembler.steps.adapters.attach_object`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.diagnostics.faults import StepFault, raise_faults
from assembler.document.nodes import MappingNode, ScalarNode, SequenceNode, find_text, to_plain
from assembler.modules.adapters import find_fit, may_make
from assembler.modules.signatures import find_method_signature, find_signature
from assembler.modules.static_object import Kind
from assembler.references.signature import check_signature, find_type_faults, place_arguments
from assembler.steps.adapters import build_init_fault, build_unfit_fault, find_app_hint

if TYPE_CHECKING:
    import inspect

    from assembler.language.profile import Step
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject
    from assembler.steps.adapters import Adapter

__all__ = ["VALUE", "check_adapter", "check_call", "get_values"]

VALUE = object()  # stands for a value that does not matter


def check_adapter(
    objects: StaticObjects, target: StaticObject, adapter: Adapter, step: Step
) -> None:
    """Reject a use that is certain to fail.

    Raises:
        StepFault: as attaching the object would.
    """
    fits = find_fit(objects, target, adapter)
    makes = may_make(objects, target, adapter, has_init=step.has_init)
    if fits is False and makes is False:
        raise build_unfit_fault(adapter, step.use)
    if makes is None:
        return
    options = step.init if makes else step.options
    if makes:
        _check_making(objects, target, adapter, get_values(step.options))
    elif step.init.entries:
        raise build_init_fault()
    values = get_values(options)
    adapter.check_options(values)
    if adapter.check is not None:
        adapter.check({key: find_text(options.get(key)) for key in values})
    if adapter.method is not None and fits:
        _check_method(objects, target, adapter.method, values)
    elif adapter.arguments is not None and not makes:
        check_call(objects, target, values, *[VALUE] * adapter.arguments)


def _check_making(
    objects: StaticObjects, target: StaticObject, adapter: Adapter, options: dict[str, Any]
) -> None:
    try:
        check_call(objects, target, options)
    except StepFault as fault:
        is_class = target.kind is Kind.CLASS
        fault.hint = find_app_hint(adapter, fault, is_class=is_class) or fault.hint
        raise


def check_call(
    objects: StaticObjects, target: StaticObject, options: dict[str, Any], *args: object
) -> None:
    """Reject a call that does not fit the signature of ``target``, where that is certain.

    Raises:
        StepFault: as calling it would.
    """
    _check(find_signature(objects, target), target.qualified_name, options, args)


def get_values(options: MappingNode) -> dict[str, Any]:
    """Return the options by name; of a list only its length is known, since it may be spread."""
    return {
        key: VALUE
        if isinstance(entry.value, ScalarNode) and entry.value.is_interpolated
        else to_plain(entry.value)
        if isinstance(entry.value, ScalarNode)
        else [VALUE] * (len(entry.value.items) if isinstance(entry.value, SequenceNode) else 0)
        for key, entry in options.entries.items()
    }


def _check_method(
    objects: StaticObjects, target: StaticObject, name: str, options: dict[str, Any]
) -> None:
    owner = target.made_of if target.kind is Kind.INSTANCE else target
    assert owner is not None
    if owner.kind is Kind.CLASS:
        signature = find_method_signature(objects, owner, name)
        _check(signature, f"{owner.qualified_name}.{name}", options, (VALUE,))
    elif (function := objects.get_attribute(target, name)) is not None:
        check_call(objects, function, options, VALUE)


def _check(
    signature: inspect.Signature | None,
    name: str,
    options: dict[str, Any],
    args: tuple[object, ...],
) -> None:
    if signature is not None:
        placed, named = place_arguments(signature, name, args, options)
        check_signature(signature, name, placed, named)
        raise_faults(find_type_faults(signature, named))
