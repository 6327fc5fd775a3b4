"""Find the file of a module as Python would, without importing anything, its parents neither."""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Identity", "Location", "ModuleSearch", "find_identity"]

SUFFIXES = (*EXTENSION_SUFFIXES, *SOURCE_SUFFIXES, *BYTECODE_SUFFIXES)  # in Python's order
NOTHING: frozenset[str] = frozenset()
# What was changed this shortly before it was read may have changed again with the same time.
LIMIT_TRUST_NS = 50_000_000

Identity = tuple[int, int, int]  # inode, size, time of change


class Location(NamedTuple):
    """Where a module is. Without a file and without folders it is there, and cannot be read."""

    file: str | None  # Python source; ``None``: none, or compiled
    folders: tuple[str, ...] = ()  # of a package: where its modules are
    is_namespace: bool = False  # a package without an `__init__`
    below: str | None = None  # the folder in which the search found it


OPAQUE = Location(None, below="")  # it is there: Python knows it


def find_identity(file: str) -> Identity | None:
    """Give what tells one state of ``file`` from another; ``None``: there is no such file."""
    try:
        status = os.stat(file)  # noqa: PTH116 - called for every file of every run
    except OSError:
        return None
    return (status.st_ino, status.st_size, status.st_mtime_ns)


class ModuleSearch:
    """Look for modules in ``folders``; each folder is listed once, and again when it changed."""

    def __init__(self, folders: Sequence[str]) -> None:
        """Keep where to look, the first folder first."""
        self.folders = tuple(os.path.abspath(folder) for folder in folders)  # noqa: PTH100 - text in, text out
        self._listings: dict[str, tuple[Identity | None, frozenset[str]]] = {}
        self._checked: set[str] = set()
        self._top: dict[str, Location | None] = {}

    def refresh(self) -> None:
        """Look at the folders again: they may have changed."""
        self._checked.clear()
        self._top.clear()

    def find_top(self, name: str) -> Location | None:
        """Give the location of a module without a dot in its name."""
        if name not in self._top:
            self._top[name] = self._find_top(name)
        return self._top[name]

    def find_in(self, name: str, folders: Iterable[str]) -> Location | None:
        """Give the location of the module whose last part is ``name``, in one of ``folders``."""
        portions: list[str] = []
        for folder in folders:
            names = self.list(folder)
            inner = NOTHING
            if name in names:
                path = os.path.join(folder, name)  # noqa: PTH118 - as above
                inner = self.list(path)
                suffix = _find_suffix("__init__", inner)
                if suffix is not None:
                    return _build_location(os.path.join(path, "__init__"), suffix, folder, path)  # noqa: PTH118 - as above
            suffix = _find_suffix(name, names)
            if suffix is not None:
                return _build_location(os.path.join(folder, name), suffix, folder)  # noqa: PTH118 - as above
            if name in names and self._is_folder(path):
                portions.append(path)
        return Location(None, tuple(portions), is_namespace=True) if portions else None

    def list(self, folder: str) -> frozenset[str]:
        """Give the names in ``folder``; nothing for what is no folder or cannot be read."""
        known = self._listings.get(folder)
        if known is not None and folder in self._checked:
            return known[1]
        identity = find_identity(folder)
        if known is None or identity is None or identity != known[0]:
            try:
                names = frozenset(os.listdir(folder)) if identity else NOTHING  # noqa: PTH208 - names only
            except OSError:
                names = NOTHING
            known = (_trust(identity), names)
            self._listings[folder] = known
        self._checked.add(folder)
        return known[1]

    def list_modules(self, folders: Iterable[str]) -> set[str]:
        """Give the names of the modules in ``folders``, for a suggestion."""
        names = {
            name.partition(".")[0] for folder in folders for name in self._list_modules(folder)
        }
        return {name for name in names if name.isidentifier() and name != "__init__"}

    def _list_modules(self, folder: str) -> Iterable[str]:
        for name in self.list(folder):
            if name.endswith(SUFFIXES) or ("." not in name and name != "__pycache__"):
                yield name

    def _find_top(self, name: str) -> Location | None:
        if name in sys.modules and sys.modules[name] is None:  # it was made impossible to import
            return None
        if name in sys.builtin_module_names:
            return OPAQUE
        found = self.find_in(name, self.folders)
        if found is not None and not found.is_namespace:
            return found
        return self._ask_python(name) or found

    def _ask_python(self, name: str) -> Location | None:
        """Ask the import hooks, such as those of editable installs; a top-level name is no harm."""
        try:
            spec = importlib.util.find_spec(name)
        except (ImportError, ValueError, AttributeError):  # ValueError: as for __main__
            return OPAQUE if name in sys.modules else None
        if spec is None:
            return None
        folders = tuple(spec.submodule_search_locations or ())
        if spec.origin is None and folders:
            return Location(None, folders, is_namespace=True)
        file = spec.origin if spec.has_location and (spec.origin or "").endswith(".py") else None
        return OPAQUE if file is None else Location(file, folders, below="")

    def _is_folder(self, path: str) -> bool:
        return bool(self.list(path)) or os.path.isdir(path)  # noqa: PTH112 - text in


def _find_suffix(stem: str, names: frozenset[str]) -> str | None:
    return next((suffix for suffix in SUFFIXES if stem + suffix in names), None)


def _build_location(stem: str, suffix: str, below: str, folder: str | None = None) -> Location:
    file = stem + suffix if suffix in SOURCE_SUFFIXES else None
    return Location(file, () if folder is None else (folder,), below=below)


def _trust(identity: Identity | None) -> Identity | None:
    """Forget the identity of what changed just now."""
    if identity is None or time.time_ns() - identity[2] < LIMIT_TRUST_NS:
        return None
    return identity
