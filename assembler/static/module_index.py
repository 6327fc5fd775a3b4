"""Look into the project's modules without importing them: their files and their syntax trees."""

from __future__ import annotations

import re
import sys
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import Place, Related, Span
from assembler.excerpt import shorten_path
from assembler.failures import Failure, describe_failure
from assembler.forms import StepFault
from assembler.reference import (
    Reference,
    build_attribute_fault,
    build_import_fault,
    build_missing_fault,
    parse_reference,
)
from assembler.static.module_search import Identity, Location, ModuleSearch, find_identity
from assembler.static.modules import StaticModule
from assembler.static.objects import StaticObjects
from assembler.static.static_object import Kind, StaticObject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.policy import Policy
    from assembler.static.import_scan import Import

__all__ = ["Imported", "ModuleIndex", "find_module_folders"]

INSTALLED = frozenset({"site-packages", "dist-packages"})
LIMIT_DEPTH = 100  # modules of which each imports the next; what follows is not looked at


def find_module_folders(policy: Policy, folder: Path) -> list[str]:
    """Give the folders in which modules are found, as `assembler run` in ``folder`` has them."""
    root = policy.root
    below_root = [] if root is None else [root / entry for entry in policy.settings.pythonpath]
    return list(dict.fromkeys([*map(str, [folder, *below_root]), *sys.path]))


class Imported(NamedTuple):
    """A module that is imported with another, and by which imports: the first is that other's."""

    name: str
    chain: tuple[tuple[StaticModule, Import], ...]


class _Look(NamedTuple):
    """What importing a module does."""

    failure: Failure | None = None  # why it fails, where that is certain
    is_settled: bool = True  # whether modules are found afterwards where the folders show them


SOUND = _Look()
UNSETTLED = _Look(is_settled=False)


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
        self._looks: dict[str, _Look] = {}  # by name
        self._siblings: dict[str, set[str]] = {}  # the modules below a package; at the top below ""
        self.objects = StaticObjects(self.find_module)

    def refresh(self) -> None:
        """Let what was found be looked for again: files may have changed."""
        self._search.refresh()
        self._found.clear()
        self._resolved.clear()
        self._looks.clear()
        self._siblings.clear()
        self.objects = StaticObjects(self.find_module)

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
        queue = deque(Imported(one, ()) for one in _split(name))
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
        yield from _split(one.module)
        for name in one.names:
            if self.find_module(f"{one.module}.{name}") is not None:
                yield f"{one.module}.{name}"

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
            if found is None:
                raise self._build_attribute_fault(target, attribute, reference, position)
            target = found
            if target.kind is Kind.MODULE:
                self._get_module(target.name)
        return target

    def _get_module(self, name: str) -> StaticModule:
        module, is_settled = None, True  # whether modules are found where the folders show them
        for part in _split(name):
            module = self.find_module(part)
            if module is None:
                raise build_missing_fault(part, self._list_siblings(part))
            if module.error is not None:
                raise build_import_fault(name, describe_failure(module.error))
            if is_settled:
                look = self._look_at(part)
                if look.failure is not None:
                    raise build_import_fault(name, look.failure)
                is_settled = look.is_settled
        assert module is not None
        return module

    def _look_at(self, name: str, depth: int = 0) -> _Look:
        """Tell what importing a module does, those above it left out, as far as it is certain.

        Only the text of modules is looked at: to parse them all would take seconds.
        """
        known = self._looks.get(name)
        if known is None:
            self._looks[name] = SOUND  # in a circle: it is being imported
            module = self.find_module(name) if self.is_project_module(name) else None
            known = SOUND if module is None else self._look_into(module, depth)
            self._looks[name] = known
        return known

    def _look_into(self, module: StaticModule, depth: int) -> _Look:
        if module.has_dynamic_modules or depth > LIMIT_DEPTH:
            return UNSETTLED
        for one in module.imports:
            if one.is_deferred or one.is_type_checking or not one.module:
                continue
            look = self._look_at_import(module, one, depth)
            if not look.is_settled or (look.failure is not None and not one.is_guarded):
                return look
        return SOUND

    def _look_at_import(self, module: StaticModule, one: Import, depth: int) -> _Look:
        missing = next((part for part in _split(one.module) if not self.find_module(part)), None)
        if missing is not None:
            text = f"ModuleNotFoundError: No module named '{missing}'"
            return _Look(_describe_raised(module, one, text))
        for target in self._iter_targets(one):
            look = self._look_at(target, depth + 1)
            if not look.is_settled or look.failure is not None:
                return look
        name = next((name for name in one.names if self._is_missing(one.module, name)), None)
        if name is None:
            return SOUND
        text = f"ImportError: cannot import name '{name}' from '{one.module}'"
        return _Look(_describe_raised(module, one, text))

    def _is_missing(self, name: str, attribute: str) -> bool:
        """Tell whether a module certainly has no such name."""
        module = self.find_module(name)
        if module is None or attribute == "*":
            return False
        # What stands in the text may be bound there in many ways; to parse it takes much longer.
        if re.search(rf"\b{re.escape(attribute)}\b".encode(), module.source):
            return False
        owner = StaticObject(Kind.MODULE, module.name, module)
        return self.objects.get_attribute(owner, attribute) is None

    def _list_siblings(self, name: str) -> set[str]:
        above = name.rpartition(".")[0]
        if above not in self._siblings:
            self._siblings[above] = self._list_modules(above)
        return self._siblings[above]

    def _list_modules(self, package: str) -> set[str]:
        if not package:
            return self._search.list_modules(self._search.folders) | sys.stdlib_module_names
        module = self.find_module(package)
        return self._search.list_modules(module.location.folders if module else ())

    def _build_attribute_fault(
        self, owner: StaticObject, attribute: str, reference: Reference, position: int
    ) -> StepFault:
        kinds = {Kind.MODULE: "module", Kind.CLASS: "class"}
        builtin = owner.builtin.__name__ if owner.builtin is not None else str(owner.kind)
        said = Reference(reference.module, reference.attributes[:position])
        public = self.objects.list_names(owner)
        return build_attribute_fault(said, kinds.get(owner.kind, builtin), attribute, public)


def _describe_raised(module: StaticModule, one: Import, text: str) -> Failure:
    place = Place(shorten_path(module.file or module.name), Span(one.line, 1, one.line, 1))
    return Failure(text, (Related(place, "raised here, in <module>"),))


def _split(name: str) -> list[str]:
    """Give a module with the packages above it, the top one first."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
