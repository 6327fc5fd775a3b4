"""Read a signature off the source of a function, a class or an instance, where it is certain."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING

from assembler.modules.static_object import FUNCTIONS, Kind, keeps_signature

if TYPE_CHECKING:
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject

__all__ = ["find_method_signature", "find_signature"]


def find_signature(objects: StaticObjects, target: StaticObject) -> inspect.Signature | None:
    """Return what calling ``target`` takes; ``None``: not certain.

    The default of a parameter is the expression that is written. A method is taken as bound: of
    what is found on an instance, the first parameter is given.
    """
    if target.kind is Kind.FUNCTION:
        return _build(target, skipped=0 if target.made_of is None else 1)
    if target.kind is Kind.CLASS:
        return _find_of_class(objects, target)
    if target.kind is Kind.INSTANCE and target.made_of is not None:
        return find_method_signature(objects, target.made_of, "__call__")
    return None


def find_method_signature(
    objects: StaticObjects, owner: StaticObject, name: str
) -> inspect.Signature | None:
    """Return what the method ``name`` of an instance of ``owner`` takes; ``None``: not certain."""
    key = owner.name, name
    if key not in objects.signatures:
        objects.signatures[key] = _find_of_method(objects, owner, name)
    return objects.signatures[key]


def _find_of_method(
    objects: StaticObjects, owner: StaticObject, name: str
) -> inspect.Signature | None:
    holder, is_certain = objects.find_holder(owner, name)
    if holder is None or not is_certain or holder.may_hold_more(name):  # which may replace it
        return None
    method = objects.get_of_class(owner, name)
    return None if method is None else _build(method, skipped=1)


def _find_of_class(objects: StaticObjects, owner: StaticObject) -> inspect.Signature | None:
    classes = objects.iter_classes(owner)
    if not all(map(_is_plain, classes)):
        return None
    for name in ("__new__", "__init__"):
        for one in classes:
            if one.builtin is None and objects.has_own(one, name):
                return None if name == "__new__" else find_method_signature(objects, one, name)
    return inspect.Signature()


def _is_plain(one: StaticObject) -> bool:
    """Return whether ``__init__`` alone makes a class's signature."""
    if one.builtin is not None:
        return one.builtin is object
    node = one.node
    return (
        one.kind is Kind.CLASS
        and isinstance(node, ast.ClassDef)
        and all(map(keeps_signature, node.decorator_list))
        and not one.may_hold_more("__init__")
    )


def _build(function: StaticObject, *, skipped: int) -> inspect.Signature | None:
    node = function.node
    if function.kind is not Kind.FUNCTION or not isinstance(node, FUNCTIONS):
        return None
    parameters = _list_parameters(node.args)
    if skipped and (not parameters or parameters[0].kind is inspect.Parameter.VAR_POSITIONAL):
        return inspect.Signature(parameters) if parameters else None
    return inspect.Signature(parameters[skipped:])


def _get_annotation(one: ast.arg) -> object:
    """Return an annotation as it is written, without the quotes it may have."""
    if one.annotation is None:
        return inspect.Parameter.empty
    return ast.unparse(one.annotation).strip("\"'")


def _list_parameters(arguments: ast.arguments) -> list[inspect.Parameter]:
    empty, kinds = inspect.Parameter.empty, inspect.Parameter
    placed = [
        *((one, kinds.POSITIONAL_ONLY) for one in arguments.posonlyargs),
        *((one, kinds.POSITIONAL_OR_KEYWORD) for one in arguments.args),
    ]
    required = len(placed) - len(arguments.defaults)
    defaults = [*[empty] * required, *arguments.defaults]  # as they are written
    found = [
        inspect.Parameter(
            one.arg,
            kind,
            default=default,
            annotation=_get_annotation(one),
        )
        for (one, kind), default in zip(placed, defaults, strict=True)
    ]
    if arguments.vararg:
        found.append(inspect.Parameter(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    for one, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        given = empty if default is None else default
        annotation = _get_annotation(one)
        found.append(
            inspect.Parameter(one.arg, kinds.KEYWORD_ONLY, default=given, annotation=annotation)
        )
    if arguments.kwarg:
        found.append(inspect.Parameter(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    return found
