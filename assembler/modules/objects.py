"""Follow a reference through the sources of modules, as far as it is certain what it names."""

from __future__ import annotations

import ast
import builtins
from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.modules import classes
from assembler.modules.bindings import BindingKind, collect_bindings
from assembler.modules.commands import makes_command
from assembler.modules.static_object import (
    LITERALS,
    UNKNOWN,
    Kind,
    StaticObject,
    build_definition,
    find_literal_type,
    get_builtin,
    may_hold_more,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


class StaticObjects:
    """Look up what modules and classes hold.

    Each gives ``None`` where it is certain that nothing is there, and an object of kind ``UNKNOWN``
    where it is not.
    """

    def __init__(self, find_module: Callable[[str], StaticModule | None]) -> None:
        """Keep how a module is found."""
        self._find_module = find_module
        self._active: set[tuple[str, str]] = set()
        self._class_bindings: dict[ast.ClassDef, dict[str, Binding]] = {}

    def get_attribute(self, owner: StaticObject, name: str) -> StaticObject | None:
        """Give the attribute ``name`` of ``owner``."""
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
            return replace(found, made_of=owner.made_of) if found.kind is Kind.FUNCTION else found
        return UNKNOWN

    def get_of_class(self, owner: StaticObject, name: str) -> StaticObject | None:
        """Give what a class holds under ``name``, of itself or of its bases."""
        is_certain = True
        for one in self.iter_classes(owner):
            if one.kind is not Kind.CLASS:
                is_certain = False
            elif one.builtin is not None:
                if hasattr(one.builtin, name):
                    return UNKNOWN
            else:
                binding = self._get_class_bindings(one).get(name)
                if binding is not None:
                    return self._evaluate_member(binding, one, name) if is_certain else UNKNOWN
                is_certain = is_certain and not may_hold_more(one, name)
        if is_certain and not hasattr(type, name):
            return None
        return UNKNOWN

    def iter_classes(self, owner: StaticObject) -> Iterator[StaticObject]:
        """Give a class and all that it inherits from, in Python's order; unknown ones too."""
        return _iter_line(owner, self._find_bases)

    def _find_bases(self, one: StaticObject) -> list[StaticObject]:
        if not isinstance(one.node, ast.ClassDef) or one.module is None:
            return []
        bases = (self.evaluate(_strip(base), one.module) for base in one.node.bases)
        return [base for base in bases if base.name not in EMPTY_BASES]

    def is_kind_of(self, owner: StaticObject, names: frozenset[str]) -> bool | None:
        """Tell whether a class is, or inherits from, one called so in full; ``None``: not known."""
        is_certain = True
        for one in self.iter_classes(owner):
            if one.name in names:
                return True
            # ``isinstance`` believes what an object says of itself.
            is_certain = (
                is_certain and one.kind is Kind.CLASS and not self.has_own(one, "__class__")
            )
        return False if is_certain else None

    def makes_its_own(self, owner: StaticObject) -> bool:
        """Tell whether it is certain that calling a class gives an instance of it."""
        return all(
            one.kind is Kind.CLASS
            and (one.builtin is not None or not self.has_own(one, "__new__"))
            and not (isinstance(one.node, ast.ClassDef) and classes.has_metaclass(one.node))
            for one in self.iter_classes(owner)
        )

    def may_be_given(self, instance: StaticObject, name: str) -> bool:
        """Tell whether an instance may have ``name`` although its class has not."""
        made_in = instance.made_in
        if made_in is not None and classes.may_be_set(made_in.source, name):
            return True
        return any(
            self.has_own(one, "__getattr__")
            or self.has_own(one, "__getattribute__")
            or classes.may_give_itself(one.node, one.module.source, name)
            for one in self.iter_classes(instance.made_of or instance)
            if isinstance(one.node, ast.ClassDef) and one.module is not None
        )

    def has(self, owner: StaticObject, name: str) -> bool | None:
        """Tell whether a module or a class, or a base of it, has ``name``; ``None``: not known."""
        if owner.kind is Kind.MODULE and owner.module is not None:
            found = self._get_of_module(owner.module, name)
            if found is None or name in owner.module.bindings or found.kind is not Kind.UNKNOWN:
                return found is not None
            return None
        is_certain = True
        for one in self.iter_classes(owner):
            if one.kind is not Kind.CLASS:
                is_certain = False
            elif one.builtin is not None:
                if any(name in vars(base) for base in one.builtin.__mro__):
                    return True
            elif self.has_own(one, name):
                return True
            else:
                is_certain = is_certain and not may_hold_more(one, name)
        return False if is_certain else None

    def has_own(self, owner: StaticObject, name: str) -> bool:
        """Tell whether the class itself, and not a base of it, binds ``name``."""
        return name in self._get_class_bindings(owner)

    def list_names(self, owner: StaticObject) -> list[str]:
        """Give the public names that are known of a module or a class.

        Those that a module takes from another package are left out: nobody names them by it.
        """
        names: dict[str, object] = {}
        if owner.kind is Kind.MODULE and owner.module is not None:
            names.update(dict.fromkeys(owner.module.iter_own_names()))
            for star in filter(None, map(self._find_module, owner.module.stars)):
                names.update(dict.fromkeys(star.exported or star.bindings))
        elif owner.kind is Kind.CLASS:
            for one in self.iter_classes(owner):
                known = self._get_class_bindings(one) if one.builtin is None else dir(one.builtin)
                names.update(dict.fromkeys(known))
        elif owner.builtin is not None:
            names.update(dict.fromkeys(dir(owner.builtin)))
        return [name for name in names if not name.startswith("_")]

    def evaluate(self, node: ast.AST | None, module: StaticModule) -> StaticObject:
        """Give what an expression at the top of ``module`` makes."""
        if isinstance(node, ast.Name):
            return self._evaluate_name(node.id, module)
        if isinstance(node, ast.Attribute):
            owner = self.evaluate(node.value, module)
            return self.get_attribute(owner, node.attr) or UNKNOWN
        if isinstance(node, ast.Call):
            return self._evaluate_call(node, module)
        if isinstance(node, ast.Lambda):
            return StaticObject(Kind.FUNCTION, f"{module.name}.<lambda>", module, node)
        builtin = None if node is None else find_literal_type(node)
        return UNKNOWN if builtin is None else StaticObject(Kind.DATA, builtin=builtin)

    def _evaluate_name(self, name: str, module: StaticModule) -> StaticObject:
        if name not in module.bindings and not module.stars and hasattr(builtins, name):
            return get_builtin(name)
        return self._get_of_module(module, name) or UNKNOWN

    def _evaluate_call(self, node: ast.Call, module: StaticModule) -> StaticObject:
        made = self.evaluate(node.func, module)
        if made.kind is not Kind.CLASS:
            return UNKNOWN
        if made.builtin is not None:
            is_data = made.builtin in LITERALS.values()
            return StaticObject(Kind.DATA, builtin=made.builtin) if is_data else UNKNOWN
        if any(self.has_own(one, "__new__") for one in self.iter_classes(made)):
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
        """Tell whether a `from … import *` below the binding may bind ``name`` anew."""
        if binding.line >= module.last_star_line:
            return False
        stars = map(self._find_module, module.stars)
        return any(self._get_of_star(star, name) is not None for star in stars)

    def _get_of_star(self, module: StaticModule | None, name: str) -> StaticObject | None:
        if module is None:
            return UNKNOWN
        is_brought = name in (module.exported or ())
        if module.exported is None:
            # An ``__all__`` that cannot be told may name a private name as well.
            is_brought = not name.startswith("_") or "__all__" in module.bindings
        return self._get_of_module(module, name) if is_brought else None

    def _evaluate_binding(self, binding: Binding, module: StaticModule, name: str) -> StaticObject:
        full_name = f"{module.name}.{name}"
        if binding.kind is BindingKind.IMPORT:
            return self._evaluate_import(binding)
        if binding.kind is BindingKind.ASSIGNED:
            return self.evaluate(binding.node, module)
        if b"click" in module.source and makes_command(
            binding.node, lambda called: self.evaluate(called, module).name
        ):
            return self._build_command(binding, module)
        return build_definition(binding.node, full_name, module)

    def _build_command(self, binding: Binding, module: StaticModule) -> StaticObject:
        core = self._find_module("click.core")
        made = UNKNOWN if core is None else self._get_of_module(core, "Command") or UNKNOWN
        if made.kind is not Kind.CLASS:
            return UNKNOWN
        return StaticObject(Kind.INSTANCE, made.name, made.module, binding.node, made, None, module)

    def _evaluate_import(self, binding: Binding) -> StaticObject:
        full_name = f"{binding.module}.{binding.attribute}"
        module = self._find_module(binding.module)
        if module is None:
            return StaticObject(Kind.UNKNOWN, full_name)
        if binding.attribute is None:
            return StaticObject(Kind.MODULE, module.name, module)
        found = self._get_of_module(module, binding.attribute)
        return StaticObject(Kind.UNKNOWN, full_name) if found is None else found

    def _get_class_bindings(self, owner: StaticObject) -> dict[str, Binding]:
        if not isinstance(owner.node, ast.ClassDef) or owner.module is None:
            return {}
        known = self._class_bindings.get(owner.node)
        if known is None:
            known = collect_bindings(owner.node.body, owner.module.package)
            self._class_bindings[owner.node] = known
        return known

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


def _strip(base: ast.expr) -> ast.expr:
    """Take the parameters off a base: `Repository[Order]`."""
    return base.value if isinstance(base, ast.Subscript) else base


def _iter_line(
    one: StaticObject,
    find_bases: Callable[[StaticObject], list[StaticObject]],
    below: frozenset[str] = frozenset(),
    known: dict[str, list[StaticObject]] | None = None,
) -> Iterator[StaticObject]:
    """Give a class and what it inherits from, in the order in which Python looks for a name.

    What several bases share comes after all of them.

    Args:
        one: The class.
        find_bases: Gives the bases of one, as they are written; those that are not known, too.
        below: The names of classes that inherit from it, none of which can be a base of it.
        known: The lines of classes that were looked at already, by their names.
    """
    known = {} if known is None else known
    while True:
        if one.name and one.name in below:
            return
        yield one
        below |= {one.name}
        bases = find_bases(one)
        if len(bases) != 1:
            break
        one = bases[0]
    lines: list[StaticObject] = []
    for base in bases:
        line = known.get(base.name)
        if line is None:
            line = list(_iter_line(base, find_bases, below, known))
        if base.name:
            known[base.name] = line
        lines += line
    last = {one.name: position for position, one in enumerate(lines) if one.name}
    for position, one in enumerate(lines):
        if last.get(one.name, position) == position:
            yield one
