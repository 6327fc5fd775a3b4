"""Read what the statements of a module or a class bind."""

from __future__ import annotations

import ast
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from assembler.modules.import_scan import make_absolute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Binding", "BindingKind", "collect_bindings", "iter_statements"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class BindingKind(StrEnum):
    """How a name came to be bound."""

    CLASS = "class"
    FUNCTION = "function"
    IMPORT = "import"  # a module, or something of one
    ASSIGNED = "assigned"  # the value of an expression
    UNKNOWN = "unknown"  # several times, or in a way that cannot be followed


class Binding(NamedTuple):
    """One name that a module or a class binds."""

    kind: BindingKind
    line: int
    node: ast.AST | None = None  # the definition, or the expression that is assigned
    module: str = ""  # of an import: the module
    attribute: str | None = None  # of an import: what of it; ``None``: the module itself


def collect_bindings(body: Iterable[ast.stmt], package: str) -> dict[str, Binding]:
    """Return the names that ``body`` binds, of a module or a class; below `if` and `try` too.

    Args:
        body: The statements.
        package: What relative imports start from.
    """
    found: dict[str, Binding] = {}
    for statement in iter_statements(body):
        for name, binding in _iter_bindings(statement, package):
            if name in found:
                binding = Binding(BindingKind.UNKNOWN, found[name].line)  # noqa: PLW2901 - which of them holds depends
            found[name] = binding
    return found


def iter_statements(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Iterate over the statements that run with ``body``, those inside of others too."""
    for statement in body:
        yield statement
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            for inner in _get_bodies(statement):
                yield from iter_statements(inner)


def _get_bodies(statement: ast.stmt) -> list[list[ast.stmt]]:
    bodies = [getattr(statement, key, []) for key in ("body", "orelse", "finalbody")]
    if isinstance(statement, ast.If) and _is_for_types(statement.test):
        bodies[0] = []
    parts = (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ()))
    return bodies + [part.body for part in parts]


def _iter_bindings(statement: ast.stmt, package: str) -> Iterator[tuple[str, Binding]]:
    line = statement.lineno
    if isinstance(statement, ast.ClassDef):
        yield statement.name, Binding(BindingKind.CLASS, line, statement)
    elif isinstance(statement, FUNCTIONS):
        yield statement.name, Binding(BindingKind.FUNCTION, line, statement)
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from _iter_imported(statement, package)
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        yield from _iter_assigned(statement)
    elif not isinstance(statement, ast.Expr):
        for part in ast.iter_child_nodes(statement):
            # Statements inside are iterated over for themselves; of a `case` there is its pattern.
            inner = part.pattern if isinstance(part, ast.match_case) else part
            if not isinstance(inner, (ast.stmt, ast.excepthandler)):
                yield from _iter_stored(inner, line)


def _iter_assigned(statement: ast.Assign | ast.AnnAssign) -> Iterator[tuple[str, Binding]]:
    if statement.value is None:  # an annotation alone binds nothing
        return
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    for target in targets:
        if isinstance(target, ast.Name):
            yield target.id, Binding(BindingKind.ASSIGNED, statement.lineno, statement.value)
        else:
            yield from _iter_stored(target, statement.lineno)


def _iter_stored(node: ast.AST, line: int) -> Iterator[tuple[str, Binding]]:
    for inner in ast.walk(node):
        is_stored = isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load)
        # Of a pattern: `case [first, *others]`, `case {**rest}`.
        keys = ("id",) if is_stored else ("name", "rest") if isinstance(inner, ast.pattern) else ()
        for name in filter(None, (getattr(inner, key, None) for key in keys)):
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


def _is_for_types(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"
