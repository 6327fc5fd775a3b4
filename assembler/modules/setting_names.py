"""Decide whether one module may set a name on another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assembler.modules.static_module import StaticModule

__all__ = ["has_word", "may_set"]

# What sets a name on a module without writing that name: beside the module's name, or anywhere.
SETS_ON_ONE = rb"\bsetattr\(|\bglobal_enum\b|\b__dict__\b|\bvars\(|\b_convert_\(|\bupdate\("
SETS_ON_ANY = rb"\bf_globals\b(?!\.get\()"


def may_set(module: StaticModule, target: StaticModule, name: str) -> bool:
    """Return whether ``module`` may give ``target`` the name ``name``."""
    source = module.source
    if name in module.attributes_set or re.search(SETS_ON_ANY, source) is not None:
        return True
    is_named = module is target or has_word(module, target.name.rpartition(".")[2])
    return is_named and re.search(SETS_ON_ONE, source) is not None


def has_word(module: StaticModule, name: str) -> bool:
    """Return whether a name occurs in a module's source, where it may be bound in many ways."""
    return re.search(rf"\b{re.escape(name)}\b".encode(), module.source) is not None
