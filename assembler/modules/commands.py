"""Tell which decorated functions are click's commands."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["makes_command"]

MAKE_COMMANDS = frozenset({"click.decorators.command", "click.decorators.group"})


def makes_command(node: ast.AST | None, find_name: Callable[[ast.expr], str]) -> bool:
    """Tell whether it is certain that a function's decorators make a `click.Command` of it.

    Args:
        node: The definition.
        find_name: Gives the full name of what an expression names; empty: it is not known.
    """
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    if not decorators:
        return False
    last = decorators[0]  # the one that is applied last
    if isinstance(last, ast.Call):
        # Another class may be given, as `cls` or by position.
        if len(last.args) > 1 or any(one.arg in {"cls", None} for one in last.keywords):
            return False
        last = last.func
    return find_name(last) in MAKE_COMMANDS
