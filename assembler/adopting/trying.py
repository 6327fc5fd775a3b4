"""Tell what a `try` of a factory is for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assembler.adopting.sayings import CannotSayError
from assembler.adopting.scopes import find_library
from assembler.adopting.stepping import is_silent

if TYPE_CHECKING:
    from assembler.adopting.reading import Reading

__all__ = ["find_needed", "makes_folder"]

IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})
FOLDER_ERRORS = frozenset({"OSError", "FileExistsError"})


def find_needed(reading: Reading, node: ast.Try) -> str | None:
    """Return the top-level module without which the body of a `try` is left out.

    ``None``: it is tried whatever is installed, as a folder is made that may exist.

    Raises:
        CannotSayError: if it is for anything else.
    """
    caught = {name for handler in node.handlers for name in _find_names(handler.type)}
    if node.finalbody or node.orelse or not all(map(_is_idle, node.handlers)):
        raise CannotSayError("a `try` that does something else when it fails")
    if caught and caught <= FOLDER_ERRORS and makes_folder(node.body):
        return None
    is_import = bool(caught) and caught <= IMPORT_ERRORS
    optional = find_library(reading.names.index, node.body) if is_import else None
    if optional is None:
        raise CannotSayError("a `try` that hides what fails")
    return optional


def _find_names(node: ast.expr | None) -> list[str]:
    if isinstance(node, ast.Tuple):
        return [name for one in node.elts for name in _find_names(one)]
    return ["" if node is None else ast.unparse(node)]


def _is_idle(handler: ast.ExceptHandler) -> bool:
    """Return whether a handler does nothing, but for a name that becomes None, or a line logged."""
    for one in handler.body:
        is_log = isinstance(one, ast.Expr) and is_silent(one.value)
        if not (_sets_name(one) or is_log or isinstance(one, ast.Pass)):
            return False
    return True


def _sets_name(statement: ast.stmt) -> bool:
    """Return whether a statement gives a local a constant, as None for what is not there."""
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Constant):
        return False
    return all(isinstance(one, ast.Name) for one in statement.targets)


def makes_folder(body: list[ast.stmt]) -> bool:
    """Return whether all that statements do is to make folders."""
    texts = [ast.unparse(one) for one in body]
    return all("makedirs(" in text or "mkdir(" in text for text in texts)
