"""Find what a name means where it is written: a local of the function, or an object of a module."""

from __future__ import annotations

import ast
import builtins
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assembler.adopting.sayings import Hidden, Literal, Named, Value
from assembler.diagnostics.faults import StepFault
from assembler.modules.bindings import BindingKind, collect_bindings
from assembler.modules.static_object import UNKNOWN, StaticObject

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.adopting.observed import Observed
    from assembler.modules.module_index import ModuleIndex
    from assembler.modules.static_module import StaticModule

__all__ = ["Names", "Scope", "find_library"]

LIMIT_HOPS = 20  # from one re-export to the next


@dataclass(slots=True)
class Scope:
    """A function that is read: its module, and what its names mean so far."""

    module: StaticModule
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    names: dict[str, Value] = field(default_factory=dict)
    own: str | None = None  # the parameter that is `self`

    @property
    def file(self) -> str:
        """Its file."""
        return self.module.file or ""


@dataclass(slots=True)
class Names:
    """Names objects of the project's modules and of libraries."""

    index: ModuleIndex
    observed: Observed

    def find(self, name: str, scope: Scope) -> Value:
        """Return what ``name`` means in a function."""
        if name in scope.names:
            return scope.names[name]
        if name == "__name__":
            return Literal(scope.module.name)
        found = self.find_in(name, scope.module)
        if found is not None:
            return found
        if hasattr(builtins, name):
            return self.build("builtins", name)
        return Hidden(f"nothing is known of '{name}'")

    def find_in(self, name: str, module: StaticModule, hops: int = 0) -> Named | None:
        """Return what a module binds to ``name``, by where the project defines it."""
        binding = module.bindings.get(name)
        if binding is None:
            return self._find_in_stars(name, module, hops)
        if binding.kind is BindingKind.IMPORT and hops < LIMIT_HOPS:
            return self._follow(binding.module, binding.attribute, hops)
        optional = None
        if binding.kind is BindingKind.UNKNOWN:
            optional = _find_optional(name, module) or self._find_flagged(name, module)
        return self.build(module.name, name, optional)

    def import_from(self, module: str, attribute: str | None) -> Named | None:
        """Return what ``from module import attribute`` binds."""
        return self._follow(module, attribute, 0)

    def get_attribute(self, owner: Named, name: str) -> Named:
        """Return an attribute of a named object."""
        if owner.path:
            return self.build(owner.module, f"{owner.path}.{name}", owner.needs)
        module = self.index.find_module(owner.module)
        found = None
        if module is not None:
            is_own = self.index.is_project_module(module.name)
            found = self.find_in(name, module) if is_own else None
            if found is None and self._is_module(f"{owner.module}.{name}"):
                found = self.build(f"{owner.module}.{name}", "")
        return found or self.build(owner.module, name, owner.needs)

    def build(self, module: str, path: str, needs: str | None = None) -> Named:
        """Return an object by its module and its path in it."""
        target: StaticObject = UNKNOWN
        with suppress(StepFault):
            target = self.index.resolve(f"{module}:{path}")
        return Named(module, path, target, needs)

    def _follow(self, module: str, attribute: str | None, hops: int) -> Named | None:
        if attribute is None:
            return self.build(module, "")
        found = self.index.find_module(module)
        if found is not None and self.index.is_project_module(module):
            inner = None
            own = found.bindings.get(attribute)
            is_itself = own is not None and (own.module, own.attribute) == (module, attribute)
            if not is_itself:
                inner = self.find_in(attribute, found, hops + 1)
            if inner is not None:
                return inner
        if self._is_module(f"{module}.{attribute}"):
            return self.build(f"{module}.{attribute}", "")
        return self.build(module, attribute)

    def _find_in_stars(self, name: str, module: StaticModule, hops: int) -> Named | None:
        for star in module.stars if hops < LIMIT_HOPS else ():
            found = self.index.find_module(star)
            if found is not None and (found.exported is None or name in found.exported):
                inner = self.find_in(name, found, hops + 1)
                if inner is not None:
                    return inner
        return None

    def _find_flagged(self, name: str, module: StaticModule) -> str | None:
        """Return the library that a `try` imports before it sets a name to True, else to False."""
        library, others = None, list[ast.stmt]()
        for one in module.body:
            tried = [*one.body, *one.orelse] if isinstance(one, ast.Try) else []
            if isinstance(one, ast.Try) and any(_sets(inner, name, to=True) for inner in tried):
                library = find_library(self.index, tried)
                others += [inner for handler in one.handlers for inner in handler.body]
            else:
                others.append(one)
        set_elsewhere = [one for one in others if name in collect_bindings([one], "")]
        is_flag = all(_sets(one, name, to=False) for one in set_elsewhere)
        return library if is_flag else None

    def _is_module(self, name: str) -> bool:
        found = self.index.find_module(name)
        return found is not None and not found.is_conjectured


def _find_optional(name: str, module: StaticModule) -> str | None:
    """Return the top-level module that a `try` imports, or else sets the name to None."""
    for one in module.imports:
        bound = one.names or (one.module.partition(".")[0],)
        if name in bound or name == one.module:
            return one.module.partition(".")[0]
    return None


def _sets(statement: ast.stmt, name: str, *, to: bool) -> bool:
    """Return whether a statement gives a name one of the two truth values."""
    value = statement.value if isinstance(statement, ast.Assign) else None
    is_it = isinstance(value, ast.Constant) and value.value is to
    return is_it and [ast.unparse(one) for one in statement.targets] == [name]  # type: ignore[attr-defined]


def find_library(index: ModuleIndex, body: Iterable[ast.stmt]) -> str | None:
    """Return the first top-level module that statements import, of others than the project's."""
    for node in (one for statement in body for one in ast.walk(statement)):
        module = ""
        if isinstance(node, ast.ImportFrom) and not node.level:
            module = node.module or ""
        elif isinstance(node, ast.Import):
            module = node.names[0].name
        top = module.partition(".")[0]
        is_own = bool(top) and index.is_project_module(top)
        if top and not is_own and top not in sys.stdlib_module_names:
            return top
    return None
