"""Look up what a step may name: a table's own modules, and other distributions' entry points."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import lru_cache, reduce
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from assembler.diagnostics import codes
from assembler.diagnostics.failures import describe_failure, is_leaving
from assembler.diagnostics.faults import StepFault
from assembler.diagnostics.suggestion import render_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.metadata import EntryPoint

__all__ = ["OWN", "FormTable", "find_entry_points", "ignore_current_folder"]

OWN = "flask-assembler"  # this distribution

_ignored: set[Path] = set()  # folders whose entry points this process does not read

Form = TypeVar("Form", bound=Any)  # a frozen dataclass with a ``name``


class FormTable(Generic[Form]):
    """The things of one form that a step may name, each loaded on demand."""

    def __init__(
        self, form: type[Form], attribute: str, modules: dict[str, str], group: str | None = None
    ) -> None:
        """Keep where they are.

        Args:
            form: Their class.
            attribute: Their name in their module.
            modules: The modules, by the name in a profile.
            group: The entry-point group of other distributions: the entry's name is the name in a
                profile, its value the thing itself.
        """
        self._form = form
        self._attribute = attribute
        self._modules = modules
        self.group = group
        self._loaded: dict[str, Form] = {}  # asked for at every step of every app
        self._entries: tuple[tuple[str, ...], dict[str, list[EntryPoint]]] | None = None

    def get(self, name: str) -> Form:
        """Load what is called ``name``, from the table, else from another distribution.

        Raises:
            KeyError: if nothing that can be used has that name; `find_fault` says why not.
        """
        if name not in self._loaded:
            try:
                self._loaded[name] = self._load(name)
            except StepFault as fault:
                raise KeyError(name) from fault
        return self._loaded[name]

    def find_names(self) -> list[str]:
        """Return every name that `get` may know, sorted; may read every distribution's metadata."""
        return sorted({*self._modules, *self._find_entries()})

    def find_fault(self, name: str) -> StepFault | None:
        """Return what keeps another distribution's ``name`` from being used, if anything."""
        if name in self._modules or name not in self._find_entries():
            return None
        try:
            self._load(name)
        except StepFault as fault:
            return fault
        return None

    def iter_faults(self) -> Iterator[tuple[str, StepFault]]:
        """Yield each name with what is wrong with it; loads what other distributions add."""
        for name, entries in self._find_entries().items():
            fault = self.find_fault(name)
            if name in self._modules:
                fault = self._build_clash(name, [OWN, *map(find_distribution, entries)])
            if fault is not None:
                yield name, fault

    def find_owner(self, name: str) -> str:
        """Return the name of the distribution that ``name`` is of."""
        entry = self.find_entry(name)
        return OWN if entry is None else find_distribution(entry)

    def find_entry(self, name: str) -> EntryPoint | None:
        """Return the entry point of another distribution that `get` would load, if any."""
        if name in self._modules:
            return None
        entries = self._find_entries().get(name)
        return entries[0] if entries else None

    def _load(self, name: str) -> Form:
        if name in self._modules:
            known: Form = getattr(import_module(self._modules[name]), self._attribute)
            return known
        entry, *others = self._find_entries()[name]
        if others:
            raise self._build_clash(name, [*map(find_distribution, (entry, *others))])
        loaded = _load_entry(entry)
        if isinstance(loaded, self._form):
            return loaded if loaded.name == name else replace(loaded, name=name)
        message = f"expected a {self._form.__name__}, got an object of type {type(loaded).__name__}"
        raise _build_broken(entry, message)

    def _build_clash(self, name: str, owners: list[str]) -> StepFault:
        if owners[0] == OWN:
            hint = f"The one of {OWN} is used; remove the other, or ask its author to rename it."
        else:
            hint = f"Uninstall all but one of {render_names(owners)}."
        message = f"{len(owners)} distributions have '{name}' in {self.group}: {', '.join(owners)}"
        return StepFault(message, hint=hint, code=codes.STEP_NAME_CLASH)

    def _find_entries(self) -> dict[str, list[EntryPoint]]:
        if self.group is None:
            return {}
        path = tuple(_list_installed())
        if self._entries is None or self._entries[0] != path:
            # It reads the metadata of all that is installed: once per path is enough.
            self._entries = path, find_entry_points(self.group)
        return self._entries[1]


def find_entry_points(group: str) -> dict[str, list[EntryPoint]]:
    """Return the entry points of installed distributions, by name: one of each distribution.

    A distribution that is on the path twice counts where Python finds it first.
    """
    from importlib.metadata import distributions  # noqa: PLC0415 - most profiles need none

    found: dict[str, dict[str, EntryPoint]] = {}
    for distribution in distributions(path=_list_installed()):
        for entry in distribution.entry_points.select(group=group):
            found.setdefault(entry.name, {}).setdefault(find_distribution(entry), entry)
    return {
        name: [by_owner[owner] for owner in sorted(by_owner)]
        for name, by_owner in sorted(found.items())
    }


def find_distribution(entry: EntryPoint) -> str:
    """Return the name of the distribution that an entry point belongs to, as it is installed."""
    name = None if entry.dist is None else entry.dist.name
    return (name or "unknown").lower().replace("_", "-")


def _load_entry(entry: EntryPoint) -> object:
    """Return what an entry point names, as `load` does, without frames of Python's own."""
    try:
        return reduce(getattr, filter(None, entry.attr.split(".")), import_module(entry.module))
    except BaseException as error:
        if is_leaving(error):
            raise
        failure = describe_failure(error)
        fault = _build_broken(entry, failure.text)
        fault.related = failure.related
        raise fault from error


def _build_broken(entry: EntryPoint, why: str) -> StepFault:
    owner = find_distribution(entry)
    return StepFault(
        f"'{entry.name}' of the distribution {owner} cannot be loaded: {why}",
        hint=f'Update or reinstall {owner}, whose entry point is "{entry.value}".',
        code=codes.BROKEN_ENTRY_POINT,
    )


def ignore_current_folder() -> None:
    """Read no entry points of the current folder, which `python -m` puts on the path, from now on.

    For commands that run nothing: reading a name of an entry point runs its module.
    """
    _ignored.add(Path.cwd())


def _list_installed() -> list[str]:
    if not _ignored:
        return list(sys.path)
    return list(_leave_out(tuple(sys.path), frozenset(_ignored)))


@lru_cache(maxsize=4)  # asked for at every unknown name of every profile
def _leave_out(path: tuple[str, ...], ignored: frozenset[Path]) -> tuple[str, ...]:
    return tuple(entry for entry in path if Path(entry).absolute() not in ignored)
