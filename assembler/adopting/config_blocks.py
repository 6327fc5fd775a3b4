"""Tell the statements that set config from others."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from assembler.adopting.sayings import AppPart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.adopting.scopes import Scope

__all__ = ["find_apps", "sets_config", "sets_only_config"]

# What a source may ask an app for that has no extension yet.
ASKED = frozenset({"config", "import_name", "instance_path", "name", "root_path"})
# What methods that override config begin with; `setdefault` gives way to what is set later, too.
SETTERS = ("from_", "update")


def find_apps(scope: Scope) -> list[str]:
    """Return what a function calls the app."""
    names = scope.names.items()
    return [name for name, value in names if isinstance(value, AppPart) and not value.path]


def sets_config(statements: Iterable[ast.stmt], app: str) -> bool:
    """Return whether statements set config of the app that they call ``app``."""
    return any(_sets(node, app) for one in statements for node in ast.walk(one))


def sets_only_config(statements: Iterable[ast.stmt], app: str) -> bool:
    """Return whether they do so, and nothing else with it."""
    known = list(statements)
    uses = sum(isinstance(one, ast.Name) and one.id == app for one in _iter_nodes(known))
    asks = sum(_is_asked(one, app) for one in _iter_nodes(known))
    return uses == asks and sets_config(known, app)


def _iter_nodes(statements: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    for one in statements:
        yield from ast.walk(one)


def _is_asked(node: ast.AST, app: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == app
        and node.attr in ASKED
        and isinstance(node.ctx, ast.Load)
    )


def _sets(node: ast.AST, app: str) -> bool:
    if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
        return _is_config(node.value, app)
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr.startswith(SETTERS)
        and _is_config(node.func.value, app)
    )


def _is_config(node: ast.AST, app: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "config" and _is_asked(node, app)
