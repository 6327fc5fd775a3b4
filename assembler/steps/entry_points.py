"""Look up what a step may name: a table's own modules, and other distributions' entry points."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["FormTable", "find_entry_points", "ignore_current_folder"]

_ignored: set[Path] = set()  # folders whose entry points this process does not read

Form = TypeVar("Form")


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
        self._group = group
        self._loaded: dict[str, Form] = {}  # asked for at every step of every app
        self._entries: tuple[tuple[str, ...], dict[str, EntryPoint]] | None = None

    def get(self, name: str) -> Form:
        """Load what is called ``name``, from the table, else from another distribution.

        Raises:
            KeyError: if nothing has that name.
            TypeError: if its entry point has another form.
        """
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def find_names(self) -> list[str]:
        """Return every name that `get` knows, sorted; may read every distribution's metadata."""
        return sorted({*self._modules, *self._find_entries()})

    def find_entry_module(self, name: str) -> str | None:
        """Return the module of another distribution that `get` would import, if any."""
        if name in self._modules:
            return None
        entry = self._find_entries().get(name)
        return None if entry is None else entry.module

    def _load(self, name: str) -> Form:
        if name in self._modules:
            known: Form = getattr(import_module(self._modules[name]), self._attribute)
            return known
        entry = self._find_entries()[name]
        loaded = entry.load()
        if isinstance(loaded, self._form):
            return loaded
        kind = self._form.__name__
        message = f'the entry point "{name}" of {self._group} is not a {kind}: "{entry.value}"'
        raise TypeError(message)

    def _find_entries(self) -> dict[str, EntryPoint]:
        if self._group is None:
            return {}
        path = tuple(_list_installed())
        if self._entries is None or self._entries[0] != path:
            # It reads the metadata of all that is installed: once per path is enough.
            self._entries = path, find_entry_points(self._group)
        return self._entries[1]


def find_entry_points(group: str) -> dict[str, EntryPoint]:
    """Return the entry points of installed distributions, by name."""
    from importlib.metadata import distributions  # noqa: PLC0415 - most profiles need none

    found: dict[str, EntryPoint] = {}
    for distribution in distributions(path=_list_installed()):
        for entry in distribution.entry_points.select(group=group):
            found.setdefault(entry.name, entry)
    return found


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
