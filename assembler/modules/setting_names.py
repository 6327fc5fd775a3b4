"""Tell whether a module may be given a name by another one, or by C code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assembler.modules.static_module import StaticModule

__all__ = ["NameSetters", "has_word"]

# Where one sets a name on a module without writing it: with the module's name beside it, or not.
SETS_ON_ONE = re.compile(
    rb"\bsetattr\(|\bglobal_enum\b|\b__dict__\b|\bvars\(|\b_convert_\(|\bupdate\("
)
SETS_ON_ANY = re.compile(rb"\bf_globals\b(?!\.get\()")


class NameSetters:
    """Find what may set names on modules, from the text of what is imported with them."""

    def __init__(
        self,
        find_module: Callable[[str], StaticModule | None],
        is_project_module: Callable[[str], bool],
        iter_imported: Callable[[str], Iterable[str]],
        list_below: Callable[[str], Iterable[str]],
    ) -> None:
        """Keep how modules are found, and what each imports and has below it."""
        self._find_module = find_module
        self._is_project_module = is_project_module
        self._iter_imported = iter_imported
        self._list_below = list_below
        self._known: dict[tuple[str, ...], tuple[StaticModule, ...] | None] = {}

    def clear(self) -> None:
        """Forget what was found: files may have changed."""
        self._known.clear()

    def may_set(self, target: StaticModule, name: str, *importing: str) -> bool:
        """Tell whether something may give the module ``target`` a name that its text does not bind.

        Reads every module beside it, so it is asked where all else says that the name is missing.

        Args:
            target: The module.
            name: The name.
            importing: Modules that are known to be imported before.
        """
        key = (target.name, *importing)
        if key not in self._known:
            self._known[key] = self._find_setters(target, importing)
        setters = self._known[key]
        return setters is None or any(name in one.attributes_set for one in setters)

    def _find_setters(
        self, target: StaticModule, importing: tuple[str, ...]
    ) -> tuple[StaticModule, ...] | None:
        """Give the modules that may set names on ``target``; ``None``: one may set any."""
        names = {*self._iter_beside(target.name), target.name, *importing}
        for one in (target.name, *importing):
            if self._is_project_module(one):
                names.update(self._iter_imported(one))
        if is_of_project := self._is_project_module(target.name):
            # No library knows its names. What a project imports has a `setattr` somewhere, always.
            names = set(filter(self._is_project_module, names))
        others = tuple(filter(None, map(self._find_module, names)))
        for other in others:
            is_c_code = other.is_opaque and not is_of_project and not other.is_conjectured
            if is_c_code or _may_set_any(other, target):
                return None
        return others

    def _iter_beside(self, name: str) -> Iterator[str]:
        """Give every module below the same top as ``name``, and the top itself."""
        queue = [name.partition(".")[0]]
        while queue:
            beside = queue.pop()
            yield beside
            queue += [f"{beside}.{one}" for one in self._list_below(beside)]


def has_word(module: StaticModule, name: str) -> bool:
    """Tell whether a name stands in the text of a module, where it may be bound in many ways."""
    return re.search(rf"\b{re.escape(name)}\b".encode(), module.source) is not None


def _may_set_any(module: StaticModule, target: StaticModule) -> bool:
    if SETS_ON_ANY.search(module.source):
        return True
    return SETS_ON_ONE.search(module.source) is not None and (
        module is target or has_word(module, target.name.rpartition(".")[2])
    )
