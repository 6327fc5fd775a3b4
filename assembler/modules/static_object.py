"""Give what a reference names, as far as the sources tell."""

from __future__ import annotations

import ast
import builtins
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assembler.modules import classes

if TYPE_CHECKING:
    from assembler.modules.static_module import StaticModule

__all__ = [
    "FUNCTIONS",
    "LITERALS",
    "UNKNOWN",
    "Kind",
    "StaticObject",
    "build_definition",
    "find_literal_type",
    "get_builtin",
    "may_hold_more",
]

LITERALS: dict[type[ast.AST], type] = {
    ast.Dict: dict,
    ast.DictComp: dict,
    ast.List: list,
    ast.ListComp: list,
    ast.Set: set,
    ast.SetComp: set,
    ast.Tuple: tuple,
    ast.JoinedStr: str,
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Kind(StrEnum):
    """What an object is."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"  # a method too
    INSTANCE = "instance"  # of a class whose definition is known
    DATA = "data"  # of a built-in type
    UNKNOWN = "unknown"  # it is there, and that is all


@dataclass(frozen=True, slots=True)
class StaticObject:
    """What a reference names, as far as that is certain."""

    kind: Kind
    name: str = ""  # in full, where it is defined: `shop.models.Db.connect`
    module: StaticModule | None = None  # that defines it; of an instance, its class's
    node: ast.AST | None = None  # its definition; of an instance, the call that makes it
    made_of: StaticObject | None = None  # of an instance: its class; of a bound method too
    builtin: type | None = None  # a class of Python's own; of data, its type
    made_in: StaticModule | None = None  # of an instance: where the call stands

    @property
    def own_module(self) -> str | None:
        """The module that a policy asks about; ``None``: not known, or it is no code."""
        if self.kind is Kind.MODULE:
            return self.name
        if self.module is None or b"__module__" in self.module.source:
            return None
        return self.module.name

    @property
    def qualified_name(self) -> str:
        """Its name within its module."""
        return self.name.removeprefix(f"{self.module.name}.") if self.module else self.name


UNKNOWN = StaticObject(Kind.UNKNOWN)


def build_definition(node: ast.AST | None, full_name: str, module: StaticModule) -> StaticObject:
    """Give what a definition makes; unknown where a decorator may give something else."""
    if isinstance(node, ast.ClassDef) and all(map(classes.keeps_class, node.decorator_list)):
        return StaticObject(Kind.CLASS, full_name, module, node)
    if isinstance(node, FUNCTIONS) and not getattr(node, "decorator_list", ()):
        return StaticObject(Kind.FUNCTION, full_name, module, node)
    return StaticObject(Kind.UNKNOWN, full_name)


def get_builtin(name: str) -> StaticObject:
    """Give a class of Python's own; anything else of its own is unknown."""
    found = getattr(builtins, name, None)
    if isinstance(found, type):
        return StaticObject(Kind.CLASS, f"builtins.{name}", builtin=found)
    return UNKNOWN


def may_hold_more(owner: StaticObject, name: str) -> bool:
    """Tell whether something may set ``name`` on a class but its own statements."""
    assert isinstance(owner.node, ast.ClassDef)
    assert owner.module is not None
    return classes.may_hold_more(owner.node, owner.module.source, name)


def find_literal_type(node: ast.AST) -> type | None:
    """Give the type of what a literal makes; ``None``: it is none, or it may be a placeholder.

    A name that is None, or empty, is often given its value from elsewhere.
    """
    if isinstance(node, ast.Constant):
        return type(node.value) if node.value else None
    is_empty = not (getattr(node, "elts", True) and getattr(node, "keys", True))
    return None if is_empty else LITERALS.get(type(node))
