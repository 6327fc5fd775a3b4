"""Describe what a step may write about an object, from its signature and docstring alone."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, NamedTuple

from assembler.modules.adapters import guess_adapter
from assembler.modules.docstrings import find_parameter_texts, find_summary
from assembler.modules.signatures import find_method_signature, find_signature
from assembler.modules.static_object import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.modules.module_index import ModuleIndex
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_object import StaticObject
    from assembler.steps.adapters import Adapter

__all__ = ["Described", "DescribedOption", "describe_object"]

APP = "app"
DOCUMENTED = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
PREFIXES: dict[object, str] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}


class DescribedOption(NamedTuple):
    """One option: a parameter of what the step calls."""

    name: str  # with the stars of its signature
    default: str | None = None  # as it is written; ``None``: it is required
    type: str = ""
    meaning: str = ""


class Described(NamedTuple):
    """What a step may write about an object."""

    kind: str
    summary: str
    adapter: str | None  # ``None``: not certain
    options: list[DescribedOption] | None  # of ``with``; ``None``: not certain
    init: list[DescribedOption] | None = None  # where ``has_init``; ``None``: not certain
    has_init: bool = False


def describe_object(index: ModuleIndex, text: str) -> Described:
    """Describe what a reference names; reads the files of its modules.

    Raises:
        StepFault: if it names nothing, or nothing that can be given to an app.
    """
    target, objects = index.resolve(text), index.objects
    adapter = None
    if target.kind is not Kind.UNKNOWN:
        adapter = guess_adapter(objects, target)
    summary = find_summary(_get_docstring(target))
    if adapter is None:
        return Described(target.kind, summary, None, None)
    has_init = target.kind is Kind.CLASS and adapter.maker is not None
    called = _describe_call(objects, target, adapter)
    if not has_init:
        return Described(target.kind, summary, adapter.name, called)
    made = _describe_signature(objects, target, find_signature(objects, target), "__init__")
    if made is not None and adapter.method is not None:  # which gets the app later
        made = [one for one in made if one.name != APP]
    return Described(target.kind, summary, adapter.name, made, called, has_init)


def _describe_call(
    objects: StaticObjects, target: StaticObject, adapter: Adapter
) -> list[DescribedOption] | None:
    """Return what the call takes that gives the app the object."""
    if adapter.options is not None:
        return [DescribedOption(name, "") for name in adapter.options]
    name, owner = adapter.method, target.made_of or target
    if name is None:
        skipped = adapter.arguments or 0
        signature = find_signature(objects, target)
        return _describe_signature(objects, target, signature, "__call__", skipped)
    if owner.kind is Kind.CLASS:
        return _describe_signature(
            objects, owner, find_method_signature(objects, owner, name), name, 1
        )
    function = objects.get_attribute(target, name)
    if function is None:
        return None
    return _describe_signature(objects, function, find_signature(objects, function), name, 1)


def _describe_signature(
    objects: StaticObjects,
    owner: StaticObject,
    signature: inspect.Signature | None,
    method: str,
    skipped: int = 0,
) -> list[DescribedOption] | None:
    """Return the parameters but for the first, which assembler passes itself."""
    if signature is None:
        return None
    holder = objects.get_of_class(owner, method) if owner.kind is Kind.CLASS else owner
    texts = _find_texts(filter(None, (holder, owner)))
    parameters = list(signature.parameters.values())
    if parameters and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL:
        parameters = parameters[skipped:]
    return [_describe(one, texts.get(one.name, "")) for one in parameters]


def _find_texts(owners: Iterable[StaticObject]) -> dict[str, str]:
    found: dict[str, str] = {}
    for owner in owners:
        found = {**find_parameter_texts(_get_docstring(owner)), **found}
    return found


def _describe(parameter: inspect.Parameter, meaning: str) -> DescribedOption:
    is_required = parameter.default is parameter.empty and parameter.kind not in PREFIXES
    default = ast.unparse(parameter.default) if isinstance(parameter.default, ast.AST) else ""
    return DescribedOption(
        f"{PREFIXES.get(parameter.kind, '')}{parameter.name}",
        None if is_required else default,
        "" if parameter.annotation is parameter.empty else str(parameter.annotation),
        meaning,
    )


def _get_docstring(target: StaticObject) -> str | None:
    if target.kind is Kind.MODULE and target.module is not None:
        return ast.get_docstring(ast.Module(target.module.body, []))
    return ast.get_docstring(target.node) if isinstance(target.node, DOCUMENTED) else None
