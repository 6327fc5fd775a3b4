"""Decide without importing it whether importing a module of the project is certain to fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.diagnostic import Place, Related, Span
from assembler.diagnostics.excerpt import shorten_path
from assembler.diagnostics.failures import Failure
from assembler.modules.import_scan import split_name
from assembler.modules.setting_names import has_word
from assembler.modules.static_object import Kind, StaticObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assembler.modules.import_scan import Import
    from assembler.modules.objects import StaticObjects
    from assembler.modules.static_module import StaticModule

__all__ = ["ImportLooks", "Look"]

LIMIT_DEPTH = 100  # modules of which each imports the next; what follows is ignored
# An import by an unknown string may change where modules are found. In a comment the word means
# nothing, nor where it is only imported itself.
BY_NAME = re.compile(
    rb"^(?![ \t]*(?:from|import)\b)[^#\n]*\b(?:import_module|__import__)\b"
    rb"(?:[ \t]*\([ \t]*[\"'](?P<name>[\w.]+)[\"'][ \t]*[,)])?|\bimport_module[ \t]+as\b",
    re.MULTILINE,
)


class Look(NamedTuple):
    """What importing a module does, as far as that is certain."""

    failure: Failure | None = None  # why it fails
    is_settled: bool = True  # whether modules are found afterwards where the folders show them


SOUND = Look()
UNSETTLED = Look(is_settled=False)


class ImportLooks:
    """Follow what modules of the project import, what those import, and so on.

    Only their text is searched, since parsing them all would take seconds. Where an import fails,
    that one module is parsed: what looks like an import may be something else.
    """

    def __init__(
        self,
        find_module: Callable[[str], StaticModule | None],
        is_project_module: Callable[[str], bool],
        objects: StaticObjects,
        may_set: Callable[..., bool],
    ) -> None:
        """Keep how modules and names are found."""
        self._find_module = find_module
        self._is_project_module = is_project_module
        self._objects = objects
        self._may_set = may_set
        self._known: dict[str, Look] = {}

    def look_at(self, name: str, depth: int = 0) -> Look:
        """Return what importing the module ``name`` does, without the packages above it."""
        known = self._known.get(name)
        if known is None:
            self._known[name] = SOUND  # in a circle: it is being imported
            module = self._find_of_project(name)
            known = SOUND if module is None else self._look_into(module, depth)
            if known is not SOUND:  # then what was found meanwhile may rest on its being sound
                while next(reversed(self._known)) != name:
                    self._known.popitem()
            self._known[name] = known
        return known

    def _find_of_project(self, name: str) -> StaticModule | None:
        return self._find_module(name) if self._is_project_module(name) else None

    def _look_into(self, module: StaticModule, depth: int) -> Look:
        if module.has_dynamic_modules or depth > LIMIT_DEPTH or self._imports_any(module):
            return UNSETTLED
        for one in module.imports:
            if one.is_type_checking or not one.module:
                continue
            if one.is_deferred:  # in a function, which may be called at once
                if any(self._moves_imports(target) for target, _ in self._iter_targets(one)):
                    return UNSETTLED
                continue
            look = self._look_at_import(module, one, depth)
            if not look.is_settled:
                return UNSETTLED
            if look.failure is not None and not one.is_guarded:
                return look
        return SOUND

    def _look_at_import(self, module: StaticModule, one: Import, depth: int) -> Look:
        find = self._find_module
        missing = next((part for part in split_name(one.module) if find(part) is None), None)
        if missing is not None:
            return _build_look(module, one, f"ModuleNotFoundError: No module named '{missing}'")
        for target, is_certain in self._iter_targets(one):
            look = self.look_at(target, depth + 1)
            if not look.is_settled:
                return UNSETTLED
            if look.failure is not None and is_certain and module.confirms(one):
                return look
        name = next((name for name in one.names if self._is_missing(module, one, name)), None)
        if name is None:
            return SOUND
        text = f"ImportError: cannot import name '{name}' from '{one.module}'"
        return _build_look(module, one, text)

    def _iter_targets(self, one: Import) -> Iterator[tuple[str, bool]]:
        """Iterate over the modules that may be imported with it, and whether they certainly are."""
        for name in split_name(one.module):
            yield name, True
        module = self._find_module(one.module)
        for name in one.names if module is not None else ():
            below = f"{one.module}.{name}"
            if self._find_module(below) is not None:
                yield below, module is not None and not _may_bind(module, name)

    def _imports_any(self, module: StaticModule) -> bool:
        """Return whether it imports by an unknown string, or what changes where modules are."""
        for found in BY_NAME.finditer(module.source):
            name = (found["name"] or b"").decode("utf-8", "replace")
            if not name or name.startswith(".") or any(map(self._moves_imports, split_name(name))):
                return True
        return False

    def _moves_imports(self, name: str) -> bool:
        module = self._find_of_project(name)
        return module is not None and module.has_dynamic_modules

    def _is_missing(self, importing: StaticModule, one: Import, name: str) -> bool:
        """Return whether a module of the project certainly has no such name.

        Libraries are not asked: C code may fill their modules, or one of them another.
        """
        module = self._find_of_project(one.module)
        if module is None or name == "*" or has_word(module, name):
            return False
        owner = StaticObject(Kind.MODULE, module.name, module)
        if self._objects.get_attribute(owner, name) is not None:
            return False
        return not self._may_set(module, name, importing.name)


def _build_look(module: StaticModule, one: Import, text: str) -> Look:
    if not module.confirms(one):
        return SOUND
    place = Place(shorten_path(module.file or module.name), Span(one.line, 1, one.line, 1))
    return Look(Failure(text, (Related(place, "raised here, in <module>"),)))


def _may_bind(module: StaticModule, name: str) -> bool:
    """Return whether a package may have ``name`` as something else than the module below it."""
    if not has_word(module, name) and b"*" not in module.source:
        return module.may_hold(name)
    binding = module.bindings.get(name)
    is_other = binding is not None and (binding.module, binding.attribute) != (module.name, name)
    return is_other or bool(module.stars) or module.may_hold(name)
