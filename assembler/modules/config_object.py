"""Read the config that a class holds from its source, as far as that is certain."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assembler.diagnostics.faults import StepFault
from assembler.document.nodes import find_text
from assembler.modules.static_object import Kind
from assembler.references.reference import parse_reference

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.document.nodes import Node
    from assembler.modules.module_index import ModuleIndex
    from assembler.modules.static_object import StaticObject
    from assembler.policy import Policy

__all__ = ["SET_AT_RUN", "read_config_object"]

SET_AT_RUN: Final = object()  # the value of a key that is set, to what only running tells
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def read_config_object(
    target: Node | None, modules: ModuleIndex, policy: Policy
) -> Mapping[str, object] | None:
    """Return the config keys of the class that ``target`` names, with those that it inherits.

    Returns:
        ``None`` if it is no class, or may hold other keys.
    """
    text = None if target is None else find_text(target)
    if text is None:
        return None
    try:
        if not policy.is_module_allowed(parse_reference(text).module):
            return None
        found = modules.resolve(text)
    except StepFault:
        return None
    values: dict[str, object] = {}
    for one in reversed(modules.objects.iter_classes(found)):
        if one.builtin is object:
            continue
        own = _read_class(one)
        if own is None:
            return None
        values.update(own)
    return values


def _read_class(one: StaticObject) -> dict[str, object] | None:
    node, module = one.node, one.module
    if one.kind is not Kind.CLASS or not isinstance(node, ast.ClassDef) or module is None:
        return None
    is_set_elsewhere = b"setattr" in module.source or any(map(str.isupper, module.attributes_set))
    if node.keywords or node.decorator_list or is_set_elsewhere:
        return None
    values: dict[str, object] = {}
    for statement in node.body:
        bound = dict(_iter_bound(statement))
        if not bound and not _binds_nothing(statement):
            return None
        values.update({name: value for name, value in bound.items() if name.isupper()})
    return values


def _iter_bound(statement: ast.stmt) -> Iterator[tuple[str, object]]:
    """Yield the names that a statement certainly binds, if nothing else can come of it."""
    if isinstance(statement, DEFINITIONS) and statement.name != "__init_subclass__":
        yield statement.name, SET_AT_RUN
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [target.id for target in targets if isinstance(target, ast.Name)]
    has_walrus = any(isinstance(one, ast.NamedExpr) for one in ast.walk(statement))
    if len(names) == len(targets) and not has_walrus:
        yield from dict.fromkeys(names, _read_value(statement.value)).items()


def _binds_nothing(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    is_type = isinstance(statement, ast.AnnAssign) and statement.value is None
    return is_text or is_type or isinstance(statement, ast.Pass)


def _read_value(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return SET_AT_RUN
