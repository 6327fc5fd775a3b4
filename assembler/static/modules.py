"""Read what a module binds and imports from its source, without running it."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assembler.static.import_scan import find_imports, make_absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.static.import_scan import Import
    from assembler.static.module_search import Location

__all__ = ["Binding", "BindingKind", "StaticModule", "collect_bindings"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Whatever binds names in ways that a syntax tree does not show.
DYNAMIC = re.compile(rb"\b(?:globals|vars|locals)\(\)|\b(?:exec|eval)\(|\bsys\.modules\b")
MOVES_IMPORTS = re.compile(rb"\b__path__\b|\bsys\.modules\b|\bsys\.path\b")


class BindingKind(StrEnum):
    """How a name came to be bound."""

    CLASS = "class"
    FUNCTION = "function"
    IMPORT = "import"  # a module, or something of one
    ASSIGNED = "assigned"  # the value of an expression
    UNKNOWN = "unknown"  # several times, or in a way that cannot be told


class Binding(NamedTuple):
    """One name that a module or a class binds."""

    kind: BindingKind
    line: int
    node: ast.AST | None = None  # the definition, or the expression that is assigned
    module: str = ""  # of an import: the module
    attribute: str | None = None  # of an import: what of it; ``None``: the module itself


@dataclass(frozen=True)
class StaticModule:
    """A module's source; of what cannot be read (compiled, zipped) only that it is there."""

    name: str
    location: Location
    is_opaque: bool
    source: bytes = b""

    @property
    def file(self) -> str | None:
        """The file of its source."""
        return self.location.file

    @property
    def is_conjectured(self) -> bool:
        """Whether it may not even be there: nobody knows what the package above it does."""
        return self.is_opaque and self.location.below is None

    @property
    def is_package(self) -> bool:
        """Whether modules can be below it."""
        return bool(self.location.folders)

    @property
    def package(self) -> str:
        """What its relative imports start from."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def error(self) -> SyntaxError | None:
        """Why the source is no Python; importing it then fails."""
        parsed = self._parsed
        return parsed if isinstance(parsed, SyntaxError) else None

    @property
    def body(self) -> list[ast.stmt]:
        """The module's statements; none where they cannot be read."""
        parsed = self._parsed
        return [] if parsed is None or isinstance(parsed, SyntaxError) else parsed.body

    @cached_property
    def _parsed(self) -> ast.Module | SyntaxError | None:
        if self.is_opaque or self.file is None:
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its strings: they are not ours to mend
            try:
                return ast.parse(self.source, self.file or "<unknown>")
            except SyntaxError as error:
                return error.with_traceback(None)
            except (ValueError, RecursionError, MemoryError):
                return None

    @cached_property
    def bindings(self) -> dict[str, Binding]:
        """What the module binds, but for what `from … import *` brings."""
        found = collect_bindings(self.body, self.package)
        if b"global " in self.source or b":=" in self.source:
            for node in self._walk():
                names = node.names if isinstance(node, ast.Global) else []
                if isinstance(node, ast.NamedExpr):
                    names = [node.target.id]
                for name in names:
                    line = getattr(node, "lineno", 1)
                    found[name] = Binding(BindingKind.UNKNOWN, line)
        return found

    @cached_property
    def stars(self) -> tuple[str, ...]:
        """The modules of which it imports everything."""
        if b"*" not in self.source:
            return ()
        found = (
            statement
            for statement in _iter_statements(self.body)
            if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*"
        )
        return tuple(make_absolute(one.level, one.module or "", self.package) for one in found)

    @cached_property
    def exported(self) -> frozenset[str] | None:
        """The names of ``__all__``, where they can be told: those that ``*`` means."""
        binding = self.bindings.get("__all__")
        if binding is None or not isinstance(binding.node, (ast.List, ast.Tuple)):
            return None
        if re.search(rb"\b__all__\.", self.source):  # it grows
            return None
        values = [one.value for one in binding.node.elts if isinstance(one, ast.Constant)]
        if len(values) != len(binding.node.elts):
            return None
        return frozenset(value for value in values if isinstance(value, str))

    def may_hold(self, name: str) -> bool:
        """Tell whether the module may hold ``name`` although its source binds no such name."""
        return self.has_dynamic_names or self._hooked_names is None or name in self._hooked_names

    @cached_property
    def has_dynamic_names(self) -> bool:
        """Whether it may hold any name; then none is missing."""
        if self.location.is_namespace:
            return False
        return self._parsed is None or DYNAMIC.search(self.source) is not None

    @cached_property
    def _hooked_names(self) -> frozenset[str] | None:
        """The names that its ``__getattr__`` gives; ``None``: it may give any."""
        if b"__getattr__" not in self.source or "__getattr__" not in self.bindings:
            return frozenset()
        node = self.bindings["__getattr__"].node
        return _find_hooked_names(node) if isinstance(node, ast.FunctionDef) else None

    @property
    def has_dynamic_modules(self) -> bool:
        """Whether modules may be below it that its folders do not show."""
        return self.is_opaque or MOVES_IMPORTS.search(self.source) is not None

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import of the source, those inside functions too, in its order."""
        return () if self.is_opaque else find_imports(self.source, self.package)

    def _walk(self) -> Iterator[ast.AST]:
        for statement in self.body:
            yield from ast.walk(statement)


def collect_bindings(body: Iterable[ast.stmt], package: str) -> dict[str, Binding]:
    """Give the names that ``body`` binds, of a module or a class; those below `if` and `try` too.

    Args:
        body: The statements.
        package: What relative imports start from.
    """
    found: dict[str, Binding] = {}
    for statement in _iter_statements(body):
        for name, binding in _iter_bindings(statement, package):
            if name in found:
                binding = Binding(BindingKind.UNKNOWN, found[name].line)  # noqa: PLW2901 - which of them holds depends
            found[name] = binding
    return found


def _iter_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that are carried out with ``body``, in whatever they stand."""
    for statement in body:
        yield statement
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            for inner in _get_bodies(statement):
                yield from _iter_statements(inner)


def _get_bodies(statement: ast.stmt) -> list[list[ast.stmt]]:
    bodies = [getattr(statement, key, []) for key in ("body", "orelse", "finalbody")]
    if isinstance(statement, ast.If) and _is_for_types(statement.test):
        bodies[0] = []
    if isinstance(statement, (ast.Try, ast.TryStar)):
        bodies += [handler.body for handler in statement.handlers]
    if isinstance(statement, ast.Match):
        bodies += [case.body for case in statement.cases]
    return bodies


def _iter_bindings(statement: ast.stmt, package: str) -> Iterator[tuple[str, Binding]]:
    line = statement.lineno
    if isinstance(statement, ast.ClassDef):
        yield statement.name, Binding(BindingKind.CLASS, line, statement)
    elif isinstance(statement, FUNCTIONS):
        if not any(_is_overload(one) for one in statement.decorator_list):
            yield statement.name, Binding(BindingKind.FUNCTION, line, statement)
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from _iter_imported(statement, package)
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        yield from _iter_assigned(statement)
    else:
        for part in _get_binding_parts(statement):
            yield from _iter_stored(part, line)


def _iter_assigned(statement: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, Binding]]:
    if statement.value is None:  # an annotation alone binds nothing
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, Binding(BindingKind.ASSIGNED, statement.lineno, statement.value)
        else:
            yield from _iter_stored(target, statement.lineno)


def _get_binding_parts(statement: ast.stmt) -> list[ast.AST]:
    """Give what of a statement binds names, the statements inside of it left out."""
    if isinstance(statement, (ast.For, ast.AsyncFor, ast.AugAssign)):
        return [statement.target]
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return [item.optional_vars for item in statement.items if item.optional_vars]
    if isinstance(statement, ast.Match):
        return [case.pattern for case in statement.cases]
    if isinstance(statement, ast.Delete):
        return list(statement.targets)
    name = getattr(statement, "name", None)  # `type X = …`, of Python 3.12
    return [name] if isinstance(name, ast.Name) else []


def _iter_stored(node: ast.AST, line: int) -> Iterator[tuple[str, Binding]]:
    for inner in ast.walk(node):
        name = None
        if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
            name = inner.id
        elif isinstance(inner, (ast.MatchAs, ast.MatchStar)):
            name = inner.name
        elif isinstance(inner, ast.MatchMapping):
            name = inner.rest
        if name is not None:
            yield name, Binding(BindingKind.UNKNOWN, line)


def _iter_imported(
    statement: ast.Import | ast.ImportFrom, package: str
) -> Iterator[tuple[str, Binding]]:
    line = statement.lineno
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            top = alias.name.partition(".")[0]
            module = top if alias.asname is None else alias.name
            yield alias.asname or top, Binding(BindingKind.IMPORT, line, None, module)
        return
    module = make_absolute(statement.level, statement.module or "", package)
    for alias in statement.names:
        if alias.name != "*":
            bound = alias.asname or alias.name
            yield bound, Binding(BindingKind.IMPORT, line, None, module, alias.name)


def _find_hooked_names(hook: ast.FunctionDef) -> frozenset[str] | None:
    """Give the texts that a module's ``__getattr__`` compares the name with.

    ``None`` where it does anything else with the name but raise an error.
    """
    argument = hook.args.args[0].arg if hook.args.args else ""
    names: set[str] = set()
    harmless: set[ast.AST] = set()
    if not any(isinstance(node, ast.Raise) for node in ast.walk(hook)):
        return None
    for node in ast.walk(hook):
        if isinstance(node, ast.Raise):
            harmless.update(ast.walk(node))
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name):
            for right in node.comparators:
                constants = right.elts if isinstance(right, (ast.Set, ast.Tuple)) else [right]
                if all(isinstance(one, ast.Constant) for one in constants):
                    names |= {str(one.value) for one in constants if isinstance(one, ast.Constant)}
                    harmless.add(node.left)
        elif isinstance(node, ast.Name) and node.id == argument and node not in harmless:
            return None
    return frozenset(names)


def _is_for_types(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def _is_overload(decorator: ast.expr) -> bool:
    name = decorator.attr if isinstance(decorator, ast.Attribute) else None
    return (name or getattr(decorator, "id", None)) == "overload"
