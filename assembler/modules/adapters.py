"""Tell which adapter fits an object, from its source alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.modules.static_object import Kind
from assembler.steps.step_faults import build_unguessed_fault

if TYPE_CHECKING:
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject

__all__ = ["FLASKS", "KINDS", "guess_adapter", "has_init_app", "is_callable", "is_flask_class"]

# By adapter, the classes whose instances it is for; in the order in which they are asked.
KINDS = {
    "blueprint": frozenset({"flask.blueprints.Blueprint"}),
    "command": frozenset({"click.core.Command"}),
    "log_handler": frozenset({"logging.Handler"}),
}

FLASKS = frozenset({"flask.app.Flask"})


def guess_adapter(objects: StaticObjects, target: StaticObject) -> str | None:
    """Tell the adapter from the object; ``None`` where that is not certain.

    Raises:
        StepFault: if it is certain that none fits.
    """
    made_of = target.made_of if target.kind is Kind.INSTANCE else None
    if (
        made_of is not None and made_of.name in KINDS["blueprint"]
    ):  # at once: they are most frequent
        return "blueprint"
    has_method = has_init_app(objects, target)
    if has_method is not False:
        return "extension" if has_method else None
    for adapter, names in KINDS.items():
        is_class = target.kind is Kind.CLASS and adapter == "log_handler"
        kind = target if is_class else made_of
        is_of_kind = False if kind is None else objects.is_kind_of(kind, names)
        if is_of_kind is not False:
            return adapter if is_of_kind else None
    can_be_called = is_callable(objects, target)
    if can_be_called is not False:
        return "call" if can_be_called else None
    kind_name = target.builtin.__name__ if target.builtin else target.qualified_name
    raise build_unguessed_fault("module" if target.kind is Kind.MODULE else f"{kind_name} object")


def has_init_app(objects: StaticObjects, target: StaticObject) -> bool | None:
    """Tell whether there is an ``init_app``; ``None``: it is not certain."""
    if target.kind in {Kind.DATA, Kind.FUNCTION}:
        return False
    if target.kind is not Kind.INSTANCE or target.made_of is None:
        return None if target.kind is Kind.INSTANCE else objects.has(target, "init_app")
    has_method = objects.has(target.made_of, "init_app")
    may_be_given = has_method is False and objects.may_be_given(target, "init_app")
    return None if may_be_given else has_method


def is_flask_class(objects: StaticObjects, target: StaticObject) -> bool | None:
    """Tell whether it is Flask's class or a subclass; ``None``: it is not certain."""
    if target.kind is not Kind.CLASS:
        return None if target.kind is Kind.UNKNOWN else False
    return objects.is_kind_of(target, FLASKS)


def is_callable(objects: StaticObjects, target: StaticObject) -> bool | None:
    """Tell whether it can be called; ``None``: it is not certain."""
    if target.kind in {Kind.CLASS, Kind.FUNCTION}:
        return True
    if target.kind is Kind.INSTANCE and target.made_of is not None:
        return objects.has(target.made_of, "__call__")
    if target.kind is Kind.MODULE:
        # It may put something else in its place.
        return None if target.module is None or target.module.has_dynamic_names else False
    return False if target.kind is Kind.DATA else None
