"""Tell when a function of the project comes to each of its statements.

Tracing would slow down all that the factory calls, since Python then reports every call. Instead
the functions that are read are compiled with a call before each statement.
"""

from __future__ import annotations

import ast
import builtins
import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from importlib.machinery import ModuleSpec
    from types import CodeType, FrameType, ModuleType

    Note = Callable[[str, int, FrameType], None]

__all__ = ["Probes"]

PROBE = "__assembler_watch__"
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Probes(MetaPathFinder):
    """Finds modules as Python does; some of their functions tell where they are."""

    def __init__(self, functions: Iterable[tuple[str, int]], note: Note) -> None:
        """Keep the functions, by their file and line, and whom to tell."""
        self._lines: dict[str, set[int]] = {}
        for file, line in functions:
            self._lines.setdefault(file, set()).add(line)
        self._note = note

    def install(self) -> None:
        """Find modules from now on, before any other finder."""

        def tell(file: str, line: int) -> None:
            self._note(file, line, sys._getframe(1))  # noqa: SLF001 - whose names are asked for

        setattr(builtins, PROBE, tell)
        sys.meta_path.insert(0, self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Find a module of which a function is to tell."""
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or spec.origin not in self._lines:
            return None
        if isinstance(spec.loader, SourceFileLoader):
            file, lines = spec.origin, self._lines[spec.origin]
            # Not from bytecode, which has no probes.
            loader: Any = spec.loader
            loader.get_code = lambda _name: _compile(file, lines)
        return spec


def _compile(file: str, lines: set[int]) -> CodeType:
    tree = ast.parse(Path(file).read_bytes(), file)
    for node in ast.walk(tree):
        if isinstance(node, DEFINITIONS[:2]) and node.lineno in lines:
            node.body = _put_probes(node.body, file)
    code: Any = compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
    found: CodeType = code
    return found


def _put_probes(body: list[ast.stmt], file: str) -> list[ast.stmt]:
    put: list[ast.stmt] = []
    for statement in body:
        is_constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_constant:  # a docstring stays the first
            put.append(_build_probe(statement, file))
        if not isinstance(statement, DEFINITIONS):
            _put_inside(statement, file)
        put.append(statement)
    return put


def _put_inside(statement: ast.stmt, file: str) -> None:
    parts = (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ()))
    for holder in (statement, *parts):
        for key in ("body", "orelse", "finalbody"):
            inner = getattr(holder, key, None)
            if isinstance(inner, list) and inner:
                setattr(holder, key, _put_probes(inner, file))


def _build_probe(statement: ast.stmt, file: str) -> ast.stmt:
    arguments: list[ast.expr] = [ast.Constant(file), ast.Constant(statement.lineno)]
    probe = ast.Expr(ast.Call(ast.Name(PROBE, ast.Load()), arguments, []))
    for node in ast.walk(probe):
        ast.copy_location(node, statement)
    return probe
