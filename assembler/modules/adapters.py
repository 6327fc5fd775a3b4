"""Decide from the sources alone whether an adapter fits an object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.modules.static_object import Kind
from assembler.steps.adapters import GUESSED, NEVER_CALLED, build_unguessed_fault, get_adapter

if TYPE_CHECKING:
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject
    from assembler.steps.adapters import Adapter

__all__ = ["FLASKS", "find_fit", "guess_adapter", "is_callable", "is_flask_class", "may_make"]

FLASKS = frozenset({"flask.app.Flask"})
CLASSLESS = frozenset({Kind.DATA, Kind.FUNCTION})  # of no class that could be read


def guess_adapter(objects: StaticObjects, target: StaticObject) -> Adapter | None:
    """Return the adapter that fits the object; ``None``: not certain.

    Raises:
        StepFault: if it is certain that none fits.
    """
    guessed = [get_adapter(name) for name in GUESSED]
    if target.kind is Kind.INSTANCE:  # without reading the class: these are most frequent
        for adapter in guessed:
            if target.name in adapter.classes:
                return adapter
    for adapter in guessed:
        fits = find_fit(objects, target, adapter, is_named=False)
        if fits is not False:
            return adapter if fits else None
    kind_name = target.builtin.__name__ if target.builtin else target.qualified_name
    raise build_unguessed_fault("module" if target.kind is Kind.MODULE else f"{kind_name} object")


def find_fit(
    objects: StaticObjects, target: StaticObject, adapter: Adapter, *, is_named: bool = True
) -> bool | None:
    """Return what ``adapter.fits`` will return; ``None``: not certain.

    With ``is_named`` false, what ``adapter.is_guessed`` will.
    """
    owner = target.made_of or target
    if adapter.method is not None:
        found = target.kind not in CLASSLESS and objects.has(owner, adapter.method)
        may_be_given = found is False and target.kind is Kind.INSTANCE
        is_given = may_be_given and objects.may_be_given(target, adapter.method)
        return None if is_given else found
    if not adapter.classes:
        return is_callable(objects, target)
    if target.kind in {*CLASSLESS, Kind.MODULE} or (
        target.kind is Kind.CLASS and not (adapter.maker if is_named else adapter.takes_class)
    ):
        return False
    return objects.is_kind_of(owner, adapter.classes)


def may_make(
    objects: StaticObjects, target: StaticObject, adapter: Adapter, *, has_init: bool
) -> bool | None:
    """Return whether ``target`` is called to make the object, if anything; ``None``: not certain.

    Args:
        objects: Where names are looked up.
        target: What the step names.
        adapter: The step's adapter.
        has_init: Whether the step has an ``init``.
    """
    if adapter.maker is None or (adapter.maker == "init" and not has_init):
        return False
    if adapter.maker == "init":
        return is_callable(objects, target)
    fits = find_fit(objects, target, adapter)
    if target.kind is Kind.CLASS:
        return fits is not False
    if fits:
        return None if target.kind is Kind.UNKNOWN else False
    if target.kind is Kind.INSTANCE and objects.is_kind_of(target.made_of or target, NEVER_CALLED):
        return False
    can_be_called = is_callable(objects, target)
    return can_be_called if fits is False or not can_be_called else None


def is_flask_class(objects: StaticObjects, target: StaticObject) -> bool | None:
    """Return whether ``target`` is Flask's class or a subclass; ``None``: not certain."""
    if target.kind is not Kind.CLASS:
        return None if target.kind is Kind.UNKNOWN else False
    return objects.is_kind_of(target, FLASKS)


def is_callable(objects: StaticObjects, target: StaticObject) -> bool | None:
    """Return whether ``target`` can be called; ``None``: not certain."""
    if target.kind in {Kind.CLASS, Kind.FUNCTION}:
        return True
    if target.kind is Kind.INSTANCE and target.made_of is not None:
        return objects.has(target.made_of, "__call__")
    if target.kind is Kind.MODULE:
        # It may put something else in its place.
        return None if target.module is None or target.module.has_dynamic_names else False
    return False if target.kind is Kind.DATA else None
