"""Describe what a reference names, as far as the sources tell."""

from __future__ import annotations

import ast
import builtins
import re
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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
    "keeps_signature",
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
# Decorators of classes that return the class itself; but for the first its signature stays, too.
KEEP_THE_CLASS = ("dataclass", "final", "runtime_checkable", "total_ordering")
# How a class or an instance gets an attribute, other than by the statements of a class.
SET = r"\.{name}\s*(?::[^=\n]*)?=(?!=)"
SET_ON_CLASS = rf"{{owners}}{SET}|\bsetattr\(\s*(?:self\.)?{{owners}}"
SET_ON_INSTANCE = rf"{SET}|\bsetattr\("
OTHER_WAYS = (b"setattr", b"__dict__", b"vars(")  # in which these patterns need no name
SET_ON_SELF = rf"{SET_ON_INSTANCE}|\b{{name}}\s*:|\b__dict__\b|\bvars\("


class Kind(StrEnum):
    """What an object is."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"  # a method too
    INSTANCE = "instance"  # of a class whose definition is known
    DATA = "data"  # of a built-in type
    UNKNOWN = "unknown"  # it exists, and that is all


class StaticObject(NamedTuple):
    """What a reference names, as far as that is certain."""

    kind: Kind
    name: str = ""  # in full, where it is defined: `shop.models.Db.connect`
    module: StaticModule | None = None  # that defines it; of an instance, its class's
    node: ast.AST | None = None  # its definition; of an instance, the call that makes it
    made_of: StaticObject | None = None  # of an instance: its class; of a bound method too
    builtin: type | None = None  # a class of Python's own; of data, its type
    made_in: StaticModule | None = None  # of an instance: where the call is

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

    @property
    def has_metaclass(self) -> bool:
        """Whether another class makes this class, or may be told to."""
        keywords = self.node.keywords if isinstance(self.node, ast.ClassDef) else []
        return any(_get_last_name(one.value) != "ABCMeta" for one in keywords)

    def may_hold_more(self, name: str) -> bool:
        """Return whether the class may get ``name`` other than by its own statements."""
        if not isinstance(self.node, ast.ClassDef) or self.module is None:
            return False
        owners = rf"(?:\b(?:cls|{self.node.name}|__class__)|\btype\(self\))"
        text = SET_ON_CLASS.replace("{owners}", owners)
        return self.has_metaclass or _search(text, name, self.module.source)

    def may_be_given(self, name: str) -> bool:
        """Return whether ``name`` may be set on the instance where it is made."""
        return self.made_in is not None and _search(SET_ON_INSTANCE, name, self.made_in.source)

    def may_give_itself(self, name: str) -> bool:
        """Return whether instances of the class may set ``name`` on themselves."""
        if not isinstance(self.node, ast.ClassDef) or self.module is None:
            return False
        lines = self.module.source.splitlines(keepends=True)
        body = b"".join(lines[self.node.lineno - 1 : self.node.end_lineno])
        return _search(SET_ON_SELF, name, body)


UNKNOWN = StaticObject(Kind.UNKNOWN)


def build_definition(node: ast.AST | None, full_name: str, module: StaticModule) -> StaticObject:
    """Return what a definition makes; unknown where a decorator may return something else."""
    if isinstance(node, ast.ClassDef):
        if all(_get_last_name(one) in KEEP_THE_CLASS for one in node.decorator_list):
            return StaticObject(Kind.CLASS, full_name, module, node)
    elif isinstance(node, FUNCTIONS) and not getattr(node, "decorator_list", ()):
        return StaticObject(Kind.FUNCTION, full_name, module, node)
    return StaticObject(Kind.UNKNOWN, full_name)


def get_builtin(name: str) -> StaticObject:
    """Return a class of Python's own; anything else of its own is unknown."""
    found = getattr(builtins, name, None)
    if isinstance(found, type):
        return StaticObject(Kind.CLASS, f"builtins.{name}", builtin=found)
    return UNKNOWN


def keeps_signature(decorator: ast.expr) -> bool:
    """Return whether a class's decorator leaves its signature as it is."""
    return _get_last_name(decorator) in KEEP_THE_CLASS[1:]


def find_literal_type(node: ast.AST) -> type | None:
    """Return the type of a literal; ``None`` if it is none, or may be a placeholder.

    A name that is None, or empty, often gets its value from elsewhere.
    """
    if isinstance(node, ast.Constant):
        return type(node.value) if node.value else None
    is_empty = not (getattr(node, "elts", True) and getattr(node, "keys", True))
    return None if is_empty else LITERALS.get(type(node))


def _get_last_name(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    return called.attr if isinstance(called, ast.Attribute) else str(getattr(called, "id", ""))


@lru_cache(maxsize=1024)  # `lint_yamllint` of `make bench`: without it 3 % more instructions
def _search(pattern: str, name: str, source: bytes) -> bool:
    if not any(one in source for one in (name.encode(), *OTHER_WAYS)):
        return False  # in a tenth of the time of the pattern
    return re.search(pattern.replace("{name}", name).encode(), source) is not None
