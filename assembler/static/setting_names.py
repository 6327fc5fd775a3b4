"""Tell whether a module may be given a name by another one, or by C code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.static.module_index import ModuleIndex
    from assembler.static.modules import StaticModule

__all__ = ["has_word", "may_be_set"]

# Where one sets a name on a module without writing it: with the module's name beside it, or not.
SETS_ON_ONE = re.compile(rb"\bsetattr\(|\b__dict__\b|\bvars\(|\b_convert_\(|\bupdate\(")
SETS_ON_ANY = re.compile(rb"\bf_globals\b(?!\.get\()")


def may_be_set(modules: ModuleIndex, target: StaticModule, name: str, *importing: str) -> bool:
    """Tell whether something may give the module ``target`` a name that its text does not bind.

    Reads every module beside it, so it is asked where all else says that the name is missing.

    Args:
        modules: Where modules are found.
        target: The module.
        name: The name.
        importing: Modules that are known to be imported before.
    """
    others = {*_iter_beside(modules, target.name), target.name, *importing}
    for one in (target.name, *importing):
        if modules.is_project_module(one):
            others.update(imported.name for imported in modules.iter_imported(one))
    is_of_project = modules.is_project_module(target.name)
    for other in filter(None, map(modules.find_module, others)):
        if other.is_opaque and not is_of_project and not other.is_conjectured:
            return True  # C code of a library
        if _may_set(other, target, name):
            return True
    return False


def has_word(module: StaticModule, name: str) -> bool:
    """Tell whether a name stands in the text of a module, where it may be bound in many ways."""
    return _search(rf"\b{re.escape(name)}\b", module)


def _iter_beside(modules: ModuleIndex, name: str) -> Iterator[str]:
    """Give every module below the same top as ``name``, and the top itself."""
    queue = [name.partition(".")[0]]
    while queue:
        beside = queue.pop()
        yield beside
        queue += [f"{beside}.{one}" for one in modules.list_below(beside)]


def _may_set(module: StaticModule, target: StaticModule, name: str) -> bool:
    if SETS_ON_ANY.search(module.source) or _search(rf"\.{re.escape(name)}\b\s*[:=]", module):
        return True
    return SETS_ON_ONE.search(module.source) is not None and (
        module is target or has_word(module, target.name.rpartition(".")[2])
    )


def _search(pattern: str, module: StaticModule) -> bool:
    return re.search(pattern.encode(), module.source) is not None
