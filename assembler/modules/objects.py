"""Follow a reference through the sources of modules, as far as it is certain what it names."""

from __future__ import annotations

import ast
import builtins
from functools import cache
from typing import TYPE_CHECKING

from assembler.modules.bindings import BindingKind, collect_bindings
from assembler.modules.static_object import (
    LITERALS,
    UNKNOWN,
    Kind,
    StaticObject,
    build_definition,
    find_literal_type,
    get_builtin,
)

if TYPE_CHECKING:
    import inspect
    from collections.abc import Callable

    from assembler.modules.bindings import Binding
    from assembler.modules.static_module import StaticModule

__all__ = ["StaticObjects"]

# Bases that add nothing that matters here. They are not looked up: their sources are long.
EMPTY_BASES = frozenset(
    f"{module}.{name}"
    for module in ("abc", "typing", "typing_extensions")
    for name in ("ABC", "Generic", "Protocol")
)
NEVER_READ = frozenset({"abc", "typing", "typing_extensions", "enum", "dataclasses", "functools"})
# Calling one makes an instance of it: these are frequent, and their bases long to read.
PLAIN_CLASSES = frozenset({"flask.blueprints.Blueprint"})
MAKE_COMMANDS = frozenset({"click.decorators.command", "click.decorators.group"})


class StaticObjects:
    """Look up what modules and classes hold.

    A lookup returns ``None`` where it is certain that nothing is there, and an object of kind
    ``UNKNOWN`` where it is not.
    """

    def __init__(self, find_module: Callable[[str], StaticModule | None]) -> None:
        """Keep how a module is found."""
        self._find_module = find_module
        self._active: set[tuple[str, str]] = set()
        self._lines: dict[str, list[StaticObject]] = {}
        # Of methods, by class. Linting 60 profiles of the same 28 steps: 230 ms, 370 without.
        self.signatures: dict[tuple[str, str], inspect.Signature | None] = {}
        self._get_class_bindings = cache(lambda node, package: collect_bindings(node.body, package))

    def get_attribute(self, owner: StaticObject, name: str) -> StaticObject | None:
        """Return the attribute ``name`` of ``owner``."""
        if owner.kind is Kind.MODULE:
            assert owner.module is not None
            return self._get_of_module(owner.module, name)
        if owner.kind is Kind.CLASS:
            return self.get_of_class(owner, name)
        if owner.kind is Kind.DATA:
            return UNKNOWN if hasattr(owner.builtin, name) else None
        if owner.kind is Kind.INSTANCE and owner.made_of is not None:
            # What anybody may have set on it is not seen: then it is not missing.
            found = self.get_of_class(owner.made_of, name) or UNKNOWN
            return found._replace(made_of=owner.made_of) if found.kind is Kind.FUNCTION else found
        return UNKNOWN

    def get_of_class(self, owner: StaticObject, name: str) -> StaticObject | None:
        """Return what a class holds under ``name``, of itself or of its bases."""
        holder, is_certain = self.find_holder(owner, name)
        if holder is None:
            return None if is_certain and not hasattr(type, name) else UNKNOWN
        if not is_certain or holder.builtin is not None:
            return UNKNOWN
        return self._evaluate_member(self._get_bindings(holder)[name], holder, name)

    def find_holder(self, owner: StaticObject, name: str) -> tuple[StaticObject | None, bool]:
        """Return the class that holds ``name`` for ``owner``, and whether that is certain."""
        is_certain = True
        for one in self.iter_classes(owner):
            if one.kind is not Kind.CLASS:
                is_certain = False
            elif self.has_own(one, name):
                return one, is_certain
            else:
                is_certain = is_certain and not one.may_hold_more(name)
        return None, is_certain

    def iter_classes(self, owner: StaticObject) -> list[StaticObject]:
        """Return a class and all that it inherits from, in Python's order; unknown ones too."""
        if not owner.name:
            return [owner]
        line = self._lines.get(owner.name)
        if line is None:
            self._lines[owner.name] = [owner]  # of a class that inherits from itself
            inherited = [one for base in self._find_bases(owner) for one in self.iter_classes(base)]
            # What several bases share comes after all of them.
            last = {one.name: position for position, one in enumerate(inherited) if one.name}
            kept = (one for at, one in enumerate(inherited) if last.get(one.name, at) == at)
            line = self._lines[owner.name] = [owner, *kept]
        return line

    def _find_bases(self, one: StaticObject) -> list[StaticObject]:
        if not isinstance(one.node, ast.ClassDef) or one.module is None:
            return []
        # Without the parameters of a base: `Repository[Order]`.
        names = [base.value if isinstance(base, ast.Subscript) else base for base in one.node.bases]
        bases = [self.evaluate(name, one.module) for name in names]
        return [base for base in bases if base.name not in EMPTY_BASES]

    def is_kind_of(self, owner: StaticObject, names: frozenset[str]) -> bool | None:
        """Return whether a class is one of those called ``names``, or inherits from one."""
        if owner.name in names:
            return True
        line = self.iter_classes(owner)
        if any(one.name in names for one in line):
            return True
        # ``isinstance`` believes what an object says of itself.
        is_certain = all(one.kind is Kind.CLASS for one in line)
        return False if is_certain and not self._have_own(line, "__class__") else None

    def makes_its_own(self, owner: StaticObject) -> bool:
        """Return whether it is certain that calling a class returns an instance of it."""
        line = self.iter_classes(owner)
        is_plain = all(one.kind is Kind.CLASS and not one.has_metaclass for one in line)
        return is_plain and not self._have_own(line, "__new__")

    def may_be_given(self, instance: StaticObject, name: str) -> bool:
        """Return whether an instance may have ``name`` although its class has not."""
        line = self.iter_classes(instance.made_of or instance)
        return (
            instance.may_be_given(name)
            or self._have_own(line, "__getattr__", "__getattribute__")
            or any(one.may_give_itself(name) for one in line)
        )

    def has(self, owner: StaticObject, name: str) -> bool | None:
        """Return whether a module or a class, or a base of it, has ``name``; ``None``: unknown."""
        if owner.kind is Kind.MODULE and owner.module is not None:
            found = self._get_of_module(owner.module, name)
            if found is None or name in owner.module.bindings or found.kind is not Kind.UNKNOWN:
                return found is not None
            return None
        holder, is_certain = self.find_holder(owner, name)
        return True if holder is not None else False if is_certain else None

    def has_own(self, owner: StaticObject, name: str) -> bool:
        """Return whether the class itself binds ``name``; of Python's own, also a base of it."""
        if owner.builtin is not None:
            return any(name in vars(base) for base in owner.builtin.__mro__)
        return name in self._get_bindings(owner)

    def list_names(self, owner: StaticObject) -> list[str]:
        """Return the public names that are known of a module or a class.

        Those that a module takes from another package are left out: nobody names them by it.
        """
        names: dict[str, object] = {}
        if owner.kind is Kind.MODULE and owner.module is not None:
            names.update(dict.fromkeys(owner.module.iter_own_names()))
            for star in filter(None, map(self._find_module, owner.module.stars)):
                names.update(dict.fromkeys(star.exported or star.bindings))
        elif owner.kind is Kind.CLASS:
            for one in self.iter_classes(owner):
                known = self._get_bindings(one) if one.builtin is None else dir(one.builtin)
                names.update(dict.fromkeys(known))
        elif owner.builtin is not None:
            names.update(dict.fromkeys(dir(owner.builtin)))
        return [name for name in names if not name.startswith("_")]

    def evaluate(self, node: ast.AST | None, module: StaticModule) -> StaticObject:
        """Return what an expression at the top of ``module`` makes."""
        if isinstance(node, ast.Name):
            if node.id not in module.bindings and not module.stars and hasattr(builtins, node.id):
                return get_builtin(node.id)
            return self._get_of_module(module, node.id) or UNKNOWN
        if isinstance(node, ast.Attribute):
            owner = self.evaluate(node.value, module)
            return self.get_attribute(owner, node.attr) or UNKNOWN
        if isinstance(node, ast.Call):
            return self._evaluate_call(node, module)
        if isinstance(node, ast.Lambda):
            return StaticObject(Kind.FUNCTION, f"{module.name}.<lambda>", module, node)
        builtin = None if node is None else find_literal_type(node)
        return UNKNOWN if builtin is None else StaticObject(Kind.DATA, builtin=builtin)

    def _evaluate_call(self, node: ast.Call, module: StaticModule) -> StaticObject:
        made = self.evaluate(node.func, module)
        if made.kind is not Kind.CLASS:
            return UNKNOWN
        if made.builtin is not None:
            is_data = made.builtin in LITERALS.values()
            return StaticObject(Kind.DATA, builtin=made.builtin) if is_data else UNKNOWN
        if made.name not in PLAIN_CLASSES and self._have_own(self.iter_classes(made), "__new__"):
            return UNKNOWN
        return StaticObject(Kind.INSTANCE, made.name, made.module, node, made, made_in=module)

    def _get_of_module(self, module: StaticModule, name: str) -> StaticObject | None:
        key = (module.name, name)
        if key in self._active or (name.startswith("__") and name.endswith("__")):
            return UNKNOWN
        if module.name in NEVER_READ:
            return StaticObject(Kind.UNKNOWN, f"{module.name}.{name}")
        self._active.add(key)
        try:
            return self._look_up(module, name)
        finally:
            self._active.discard(key)

    def _look_up(self, module: StaticModule, name: str) -> StaticObject | None:
        binding = module.bindings.get(name)
        below = self._find_module(f"{module.name}.{name}") if module.is_package else None
        if binding is not None:
            is_module = below is not None and not below.is_conjectured
            is_other = is_module and (binding.module, binding.attribute) != (module.name, name)
            # One or the other: it depends on what is imported when, or on what a star brings.
            if is_other or self._is_of_later_stars(module, binding, name):
                return UNKNOWN
            return self._evaluate_binding(binding, module, name)
        if below is not None and not below.is_conjectured:
            return StaticObject(Kind.MODULE, below.name, below)
        for star in module.stars:
            found = self._get_of_star(self._find_module(star), name)
            if found is not None:
                return found
        if below is not None or module.may_hold(name) or module.error is not None:
            return StaticObject(Kind.UNKNOWN, f"{module.name}.{name}")
        return None

    def _is_of_later_stars(self, module: StaticModule, binding: Binding, name: str) -> bool:
        """Return whether a `from … import *` below the binding may bind ``name`` anew."""
        if binding.line >= module.last_star_line:
            return False
        stars = map(self._find_module, module.stars)
        return any(self._get_of_star(star, name) is not None for star in stars)

    def _get_of_star(self, module: StaticModule | None, name: str) -> StaticObject | None:
        if module is None:
            return UNKNOWN
        is_brought = name in (module.exported or ())
        if module.exported is None:
            # An ``__all__`` that cannot be read may name a private name as well.
            is_brought = not name.startswith("_") or "__all__" in module.bindings
        return self._get_of_module(module, name) if is_brought else None

    def _evaluate_binding(self, binding: Binding, module: StaticModule, name: str) -> StaticObject:
        if binding.kind is BindingKind.IMPORT:
            return self._evaluate_import(binding)
        if binding.kind is BindingKind.ASSIGNED:
            return self.evaluate(binding.node, module)
        if b"click" in module.source and self._makes_command(binding.node, module):
            core = self._find_module("click.core")
            made = UNKNOWN if core is None else self._get_of_module(core, "Command") or UNKNOWN
            parts = (made.name, made.module, binding.node, made, None, module)
            return StaticObject(Kind.INSTANCE, *parts) if made.kind is Kind.CLASS else UNKNOWN
        return build_definition(binding.node, f"{module.name}.{name}", module)

    def _makes_command(self, node: ast.AST | None, module: StaticModule) -> bool:
        """Return whether a function's decorators certainly make a `click.Command` of it."""
        for last in getattr(node, "decorator_list", [])[:1]:  # the first is applied last
            is_call = isinstance(last, ast.Call)
            # Another class may be given, as `cls` or by position.
            named = [one.arg for one in last.keywords] if is_call else []
            if (is_call and len(last.args) > 1) or "cls" in named or None in named:
                return False
            return self.evaluate(last.func if is_call else last, module).name in MAKE_COMMANDS
        return False

    def _evaluate_import(self, binding: Binding) -> StaticObject:
        full_name = f"{binding.module}.{binding.attribute}"
        module = self._find_module(binding.module)
        if module is not None and binding.attribute is None:
            return StaticObject(Kind.MODULE, module.name, module)
        found = module and binding.attribute and self._get_of_module(module, binding.attribute)
        return found or StaticObject(Kind.UNKNOWN, full_name)

    def _get_bindings(self, owner: StaticObject) -> dict[str, Binding]:
        if not isinstance(owner.node, ast.ClassDef) or owner.module is None:
            return {}
        return self._get_class_bindings(owner.node, owner.module.package)

    def _have_own(self, line: list[StaticObject], *names: str) -> bool:
        """Return whether one of the classes, but for Python's own, binds one of ``names``."""
        return any(name in self._get_bindings(one) for one in line for name in names)

    def _evaluate_member(self, binding: Binding, owner: StaticObject, name: str) -> StaticObject:
        assert owner.module is not None
        if binding.kind in {BindingKind.CLASS, BindingKind.FUNCTION}:
            return build_definition(binding.node, f"{owner.name}.{name}", owner.module)
        if binding.kind is BindingKind.IMPORT:
            return self._evaluate_import(binding)
        is_literal = isinstance(binding.node, (ast.Constant, *LITERALS))
        if is_literal and self.makes_its_own(owner):  # an Enum makes members of them
            return self.evaluate(binding.node, owner.module)
        return UNKNOWN
