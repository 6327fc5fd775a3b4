"""Index the project's modules without importing them: their files and their syntax trees."""

from __future__ import annotations

import os
import sys
from collections import deque
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.failures import INSTALLED, describe_failure, is_library_file
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_certain, find_meant
from assembler.files import read_file
from assembler.modules.import_looks import ImportLooks
from assembler.modules.import_scan import split_name
from assembler.modules.module_search import Location, ModuleSearch
from assembler.modules.objects import StaticObjects
from assembler.modules.setting_names import may_set
from assembler.modules.static_module import StaticModule
from assembler.modules.static_object import UNKNOWN, Kind, StaticObject
from assembler.references.reference import (
    Reference,
    build_attribute_fault,
    build_import_fault,
    build_missing_fault,
    parse_reference,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.modules.import_scan import Import
    from assembler.policy import Policy

__all__ = ["Imported", "ModuleIndex", "find_module_folders"]

# Ours too, also where it is installed as a folder that is worked on.
NOT_OF_A_PROJECT = sys.stdlib_module_names | {__name__.partition(".")[0]}
LIMIT_MODULE_BYTES = 16 * 1024 * 1024
Chain = tuple[tuple[StaticModule, "Import"], ...]
State = tuple[Location, int, int, int]  # of a file: where, inode, size, time of change


def find_module_folders(policy: Policy, folder: Path) -> list[str]:
    """Return the folders in which modules are found, as `assembler run` in ``folder`` has them."""
    root = policy.root
    below_root = [] if root is None else [root / entry for entry in policy.settings.pythonpath]
    last = [] if root is None else [str(root)]
    return list(dict.fromkeys([*map(str, [folder, *below_root]), *sys.path, *last]))


class Imported(NamedTuple):
    """A module that is imported with another, and by which imports: the first is that other's.

    The other itself and the packages above it come without imports.
    """

    name: str
    chain: Chain


class ModuleIndex:
    """The modules that can be imported from ``folders``; each file is read at most once.

    It may live long: after `refresh` a file that has changed is read again.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        """Keep where to look."""
        self.folders = tuple(folders)
        self._read: dict[str, tuple[State, StaticModule]] = {}  # by name
        self.refresh()

    def refresh(self) -> None:
        """Forget what was found, since files may have changed; those that have not stay read."""
        self._search = ModuleSearch(self.folders)
        self.find_module = cache(self._find_module)
        self.is_project_module = cache(self._is_project_module)
        self.find_import = cache(self._find_import)
        self._try = cache(self._try_to_resolve)
        self.objects = StaticObjects(self.find_module)
        self._looks = ImportLooks(
            self.find_module, self.is_project_module, self.objects, self._may_set
        )

    def resolve(self, text: str, *, is_followed: bool = True) -> StaticObject:
        """Return what an object reference names, as far as that is certain.

        Args:
            text: The reference.
            is_followed: False where it only matters that the name exists: what a module of the
                project assigns is then unknown, where else the library that made it is read.

        Raises:
            StepFault: if it is certain that resolving it would fail; with the same words.
        """
        found = self._try(text, is_followed)
        if isinstance(found, StepFault):
            raise found
        return found

    def iter_imported(self, name: str) -> Iterator[Imported]:
        """Iterate over ``name`` and every module that importing it imports, the nearest first.

        Only the project's modules are read; of others only their names are returned. Imports inside
        functions, or for types only, are left out.
        """
        queue = deque(Imported(one, ()) for one in split_name(name))
        seen = {one.name for one in queue}
        while queue:
            imported = queue.popleft()
            yield imported
            module = self.find_module(imported.name)
            if module is None or not self.is_project_module(imported.name):
                continue
            for one in module.imports:
                if one.is_deferred or one.is_type_checking:
                    continue
                for target in self._iter_targets(one):
                    if target not in seen:
                        seen.add(target)
                        queue.append(Imported(target, (*imported.chain, (module, one))))

    def is_settled(self, name: str) -> bool:
        """Return whether importing ``name`` leaves modules where they are found now."""
        return all(self._looks.look_at(part).is_settled for part in split_name(name))

    def list_below(self, package: str) -> set[str]:
        """Return the names of the modules directly below a package; at the top for ``""``."""
        if not package:
            return self._search.list_modules(self._search.folders) | sys.stdlib_module_names
        module = self.find_module(package)
        return self._search.list_modules(module.location.folders if module else ())

    def _find_import(self, name: str, wanted: tuple[str, ...]) -> tuple[str, Chain] | None:
        """Return the first of ``wanted`` that importing ``name`` imports, and by which imports.

        Imports inside functions count; only the project's modules are read.
        """
        own = split_name(name)
        for want in wanted:
            if want in own:
                return want, ()
        for one in self.iter_imported(name):
            module = self.find_module(one.name)
            if module is None or not self.is_project_module(one.name):
                continue
            for imported in module.imports:
                names = (imported.module, *(f"{imported.module}.{x}" for x in imported.names))
                for want in () if imported.is_type_checking else wanted:
                    if any(f"{found}.".startswith(f"{want}.") for found in names):
                        return want, (*one.chain, (module, imported))
        return None

    def _find_module(self, name: str) -> StaticModule | None:
        """Return the module called ``name``; ``None``: it is certain that it does not exist."""
        parent_name, _, last = name.rpartition(".")
        if not parent_name:
            location = self._search.find_top(name)
        else:
            parent = self.find_module(parent_name)
            if parent is None:
                return None
            location = self._search.find_in(last, parent.location.folders)
            is_standard = parent.name.partition(".")[0] in sys.stdlib_module_names
            if location is None and (parent.has_dynamic_modules or is_standard):
                location = Location(None)
        return None if location is None else self._read_module(name, location)

    def _read_module(self, name: str, location: Location) -> StaticModule:
        if location.file is None:
            return StaticModule(name, location, is_opaque=not location.is_namespace)
        try:
            status = os.stat(location.file)  # noqa: PTH116 - called for every file of every run
            state = location, status.st_ino, status.st_size, status.st_mtime_ns
            known = self._read.get(name)
            if known is None or known[0] != state:
                load = _load_shared if is_library_file(location.file) else _load_module
                known = self._read[name] = state, load(name, state)
        except OSError:
            return StaticModule(name, location, is_opaque=True)
        return known[1]

    def _is_project_module(self, name: str) -> bool:
        """Return whether a module is neither ours, nor of the standard library, nor installed."""
        module, top = self.find_module(name), self.find_module(name.partition(".")[0])
        if module is None or top is None or module.file is None:
            return False
        if top.name in NOT_OF_A_PROJECT or INSTALLED.intersection(Path(module.file).parts):
            return False
        beside = self._search.list(top.location.below or "")
        return not any(one.endswith(".dist-info") for one in beside)

    def _iter_targets(self, one: Import) -> Iterator[str]:
        yield from split_name(one.module)
        for name in one.names:
            if self.find_module(f"{one.module}.{name}") is not None:
                yield f"{one.module}.{name}"

    def _try_to_resolve(self, text: str, is_followed: bool) -> StaticObject | StepFault:  # noqa: FBT001 - for `cache`
        try:
            return self._resolve(parse_reference(text), is_followed=is_followed)
        except StepFault as fault:
            return fault

    def _resolve(self, reference: Reference, *, is_followed: bool) -> StaticObject:
        module = self._get_module(reference.module)
        is_assigned = len(reference.attributes) == 1 and module.assigns(reference.attributes[0])
        if is_assigned and not is_followed and self.is_project_module(module.name):
            return UNKNOWN
        target = StaticObject(Kind.MODULE, module.name, module)
        for position, attribute in enumerate(reference.attributes):
            found = self.objects.get_attribute(target, attribute)
            if target.kind is Kind.MODULE and self._is_standard_without(target.name, attribute):
                found = None
            elif found is None and self._may_have(target, attribute):
                found = UNKNOWN
            if found is None:
                raise self._build_attribute_fault(target, attribute, reference, position)
            target = found
            if target.kind is Kind.MODULE:
                self._get_module(target.name)
        return target

    def _is_standard_without(self, name: str, attribute: str) -> bool:
        """Return whether a module of Python's own that is loaded here lacks ``attribute``."""
        loaded = sys.modules.get(name)
        if loaded is None or name.partition(".")[0] not in sys.stdlib_module_names:
            return False
        names, below = vars(loaded), self.find_module(f"{name}.{attribute}")
        is_there = attribute in names or "__getattr__" in names
        return not is_there and (below is None or below.is_conjectured)

    def _may_have(self, target: StaticObject, attribute: str) -> bool:
        """Return whether a module may have a name that it does not bind, and that is no typo."""
        if target.module is None or target.kind is not Kind.MODULE:
            return False
        if not self._may_set(target.module, attribute):
            return False
        meant = find_meant(attribute, self.objects.list_names(target))
        return meant is None or find_certain(attribute, [meant]) is None

    def _may_set(self, target: StaticModule, name: str, *importing: str) -> bool:
        """Return whether another module, or C code, may give ``target`` a name.

        Reads every module beside it: ask where all else says that the name is missing.

        Args:
            target: The module.
            name: The name.
            importing: Modules that are imported before.
        """
        names = set(self._iter_beside(target.name))
        for one in (target.name, *importing):
            names.update(imported.name for imported in self.iter_imported(one))
        if is_of_project := self.is_project_module(target.name):
            # No library knows its names. What a project imports has a `setattr` somewhere, always.
            names = set(filter(self.is_project_module, names))
        return any(
            (other.is_opaque and not is_of_project and not other.is_conjectured)
            or may_set(other, target, name)
            for other in filter(None, map(self.find_module, names))
        )

    def _iter_beside(self, name: str) -> Iterator[str]:
        """Iterate over every module below the same top as ``name``, and the top itself."""
        queue = [name.partition(".")[0]]
        while queue:
            beside = queue.pop()
            yield beside
            queue += [f"{beside}.{one}" for one in self.list_below(beside)]

    def _get_module(self, name: str) -> StaticModule:
        module, is_settled = None, True  # whether modules are found where the folders show them
        for part in split_name(name):
            module = self.find_module(part)
            if module is None:
                raise build_missing_fault(part, self.list_below(part.rpartition(".")[0]))
            if module.error is not None:
                raise build_import_fault(name, describe_failure(module.error))
            if is_settled:
                look = self._looks.look_at(part)
                if look.failure is not None:
                    raise build_import_fault(name, look.failure)
                is_settled = look.is_settled
        assert module is not None
        return module

    def _build_attribute_fault(
        self, owner: StaticObject, attribute: str, reference: Reference, position: int
    ) -> StepFault:
        is_data = owner.builtin is not None and owner.kind is not Kind.CLASS
        kind = owner.builtin.__name__ if is_data and owner.builtin else str(owner.kind)
        parent = Reference(reference.module, reference.attributes[:position])
        names = self.objects.list_names(owner)
        if not names and owner.kind is Kind.MODULE and owner.name in sys.modules:
            names = [name for name in vars(sys.modules[owner.name]) if not name.startswith("_")]
        return build_attribute_fault(parent, kind, attribute, names)


def _load_module(name: str, state: State) -> StaticModule:
    location = state[0]
    source = read_file(location.file or "", LIMIT_MODULE_BYTES)
    return StaticModule(name, location, is_opaque=False, source=source)


# What libraries have hardly ever changes: it is read once for all indexes of a process.
_load_shared = lru_cache(maxsize=2048)(_load_module)
