"""Look into the project's modules without importing them: their files and their syntax trees."""

from __future__ import annotations

import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics.failures import describe_failure
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import find_certain, find_meant
from assembler.modules.import_looks import ImportLooks
from assembler.modules.import_scan import split_name
from assembler.modules.module_search import Identity, Location, ModuleSearch, find_identity
from assembler.modules.objects import StaticObjects
from assembler.modules.setting_names import NameSetters
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

INSTALLED = frozenset({"site-packages", "dist-packages"})


def find_module_folders(policy: Policy, folder: Path) -> list[str]:
    """Give the folders in which modules are found, as `assembler run` in ``folder`` has them."""
    root = policy.root
    below_root = [] if root is None else [root / entry for entry in policy.settings.pythonpath]
    return list(dict.fromkeys([*map(str, [folder, *below_root]), *sys.path]))


class Imported(NamedTuple):
    """A module that is imported with another, and by which imports: the first is that other's."""

    name: str
    chain: tuple[tuple[StaticModule, Import], ...]


class ModuleIndex:
    """The modules that can be imported from ``folders``; each file is read at most once.

    It may live long: after `refresh` a file that has changed is read again.
    """

    def __init__(self, folders: Sequence[str]) -> None:
        """Keep where to look."""
        self.folders = tuple(folders)
        self._search = ModuleSearch(folders)
        self._found: dict[str, StaticModule | None] = {}
        self._read: dict[str, tuple[Identity | None, StaticModule]] = {}  # by name
        self._resolved: dict[str, StaticObject | StepFault] = {}
        self._below: dict[str, set[str]] = {}
        self._settled: dict[str, bool] = {}
        self.objects = StaticObjects(self.find_module)
        self._setters = NameSetters(
            self.find_module,
            self.is_project_module,
            lambda name: (one.name for one in self.iter_imported(name)),
            self.list_below,
        )
        self._looks = ImportLooks(
            self.find_module, self.is_project_module, self.objects, self._setters
        )

    def refresh(self) -> None:
        """Let what was found be looked for again: files may have changed."""
        self._search.refresh()
        self._found.clear()
        self._resolved.clear()
        self._looks.clear()
        self._setters.clear()
        self._below.clear()
        self._settled.clear()
        self.objects = StaticObjects(self.find_module)
        self._setters = NameSetters(
            self.find_module,
            self.is_project_module,
            lambda name: (one.name for one in self.iter_imported(name)),
            self.list_below,
        )
        self._looks = ImportLooks(
            self.find_module, self.is_project_module, self.objects, self._setters
        )

    def find_module(self, name: str) -> StaticModule | None:
        """Give the module called ``name``; ``None``: it is certain that there is none."""
        if name not in self._found:
            self._found[name] = self._load(name)
        return self._found[name]

    def resolve(self, text: str) -> StaticObject:
        """Give what an object reference names, as far as that is certain.

        Raises:
            StepFault: if it is certain that resolving it would fail; with the same words.
        """
        known = self._resolved.get(text)
        if known is None:
            try:
                known = self._resolve(parse_reference(text))
            except StepFault as fault:
                known = fault
            self._resolved[text] = known
        if isinstance(known, StepFault):
            raise known
        return known

    def is_project_module(self, name: str) -> bool:
        """Tell whether a module is neither of the standard library nor installed."""
        module = self.find_module(name)
        if module is None or module.file is None:
            return False
        path = Path(module.file)
        if (
            not INSTALLED.isdisjoint(path.parts)
            or name.partition(".")[0] in sys.stdlib_module_names
        ):
            return False
        return not any(
            one.endswith(".dist-info") for one in self._search.list(self._find_top_folder(name))
        )

    def iter_imported(self, name: str) -> Iterator[Imported]:
        """Give every module that importing ``name`` imports, breadth first, the nearest first.

        Only modules of the project are looked into; of others it is said that they are imported.
        What a module imports inside functions, or for types only, is left out.
        """
        queue = deque(Imported(one, ()) for one in split_name(name))
        seen = {one.name for one in queue}
        while queue:
            imported = queue.popleft()
            if imported.chain:
                yield imported
            if not self.is_project_module(imported.name):
                continue
            module = self.find_module(imported.name)
            assert module is not None
            for one in module.imports:
                if one.is_deferred or one.is_type_checking:
                    continue
                for target in self._iter_targets(one):
                    if target not in seen:
                        seen.add(target)
                        queue.append(Imported(target, (*imported.chain, (module, one))))

    def _iter_targets(self, one: Import) -> Iterator[str]:
        yield from split_name(one.module)
        for name in one.names:
            if self.find_module(f"{one.module}.{name}") is not None:
                yield f"{one.module}.{name}"

    def is_settled(self, name: str) -> bool:
        """Tell whether modules are still found where they were, once ``name`` is imported."""
        if name not in self._settled:
            self._settled[name] = all(
                self._looks.look_at(part).is_settled for part in split_name(name)
            )
        return self._settled[name]

    def list_below(self, package: str) -> set[str]:
        """Give the names of the modules directly below a package; at the top for an empty text."""
        if package not in self._below:
            self._below[package] = self._list_below(package)
        return self._below[package]

    def _list_below(self, package: str) -> set[str]:
        if not package:
            return self._search.list_modules(self._search.folders) | sys.stdlib_module_names
        module = self.find_module(package)
        return self._search.list_modules(module.location.folders if module else ())

    def _find_top_folder(self, name: str) -> str:
        location = self._search.find_top(name.partition(".")[0])
        return "" if location is None else location.below or ""

    def _load(self, name: str) -> StaticModule | None:
        parent_name, _, last = name.rpartition(".")
        if not parent_name:
            location = self._search.find_top(name)
        else:
            parent = self.find_module(parent_name)
            if parent is None:
                return None
            location = self._search.find_in(last, parent.location.folders)
            if location is None and self._may_have_more(parent):
                location = Location(None)
        return None if location is None else self._read_module(name, location)

    def _may_have_more(self, parent: StaticModule) -> bool:
        is_standard = parent.name.partition(".")[0] in sys.stdlib_module_names
        return parent.has_dynamic_modules or is_standard

    def _read_module(self, name: str, location: Location) -> StaticModule:
        if location.file is None:
            return StaticModule(name, location, is_opaque=not location.is_namespace)
        identity = find_identity(location.file)
        known = self._read.get(name)
        if known is not None and known[0] == identity and known[1].location == location:
            return known[1]
        try:
            source = Path(location.file).read_bytes()
        except OSError:
            return StaticModule(name, location, is_opaque=True)
        module = StaticModule(name, location, is_opaque=False, source=source)
        self._read[name] = (identity, module)
        return module

    def _resolve(self, reference: Reference) -> StaticObject:
        module = self._get_module(reference.module)
        target = StaticObject(Kind.MODULE, module.name, module)
        for position, attribute in enumerate(reference.attributes):
            found = self.objects.get_attribute(target, attribute)
            if found is None and self._may_have(target, attribute):
                found = UNKNOWN
            if found is None:
                raise self._build_attribute_fault(target, attribute, reference, position)
            target = found
            if target.kind is Kind.MODULE:
                self._get_module(target.name)
        return target

    def _may_have(self, target: StaticObject, attribute: str) -> bool:
        """Tell whether a module may have what its text does not bind, and no slip is seen in it."""
        if target.kind is not Kind.MODULE or target.module is None:
            return False
        if not self._setters.may_set(target.module, attribute):
            return False
        meant = find_meant(attribute, self.objects.list_names(target))
        return meant is None or find_certain(attribute, [meant]) is None

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
        kinds = {Kind.MODULE: "module", Kind.CLASS: "class"}
        builtin = owner.builtin.__name__ if owner.builtin is not None else str(owner.kind)
        said = Reference(reference.module, reference.attributes[:position])
        public = self.objects.list_names(owner)
        return build_attribute_fault(said, kinds.get(owner.kind, builtin), attribute, public)
