"""Find the file of a module as Python would, without importing it or the packages above it."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.machinery import BYTECODE_SUFFIXES, EXTENSION_SUFFIXES, SOURCE_SUFFIXES
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["Location", "ModuleSearch"]

SUFFIXES = (*EXTENSION_SUFFIXES, *SOURCE_SUFFIXES, *BYTECODE_SUFFIXES)  # in Python's order


class Location(NamedTuple):
    """Where a module is; without a file and without folders it exists, but cannot be read."""

    file: str | None  # Python source; ``None``: none, or compiled
    folders: tuple[str, ...] = ()  # of a package: where its modules are
    is_namespace: bool = False  # a package without an `__init__`
    below: str | None = None  # the folder in which the search found it


OPAQUE = Location(None, below="")  # Python knows it


class ModuleSearch:
    """Look for modules in ``folders``; each folder is listed once."""

    def __init__(self, folders: Sequence[str]) -> None:
        """Keep where to look, the first folder first."""
        self.folders = tuple(os.path.abspath(folder) for folder in folders)  # noqa: PTH100 - text in, text out
        self._listings: dict[str, frozenset[str]] = {}

    def find_top(self, name: str) -> Location | None:
        """Return the location of a module without a dot in its name."""
        if sys.modules.get(name, self) is None:  # it was made impossible to import
            return None
        if name in sys.builtin_module_names:
            return OPAQUE
        found = self.find_in(name, self.folders)
        if found is not None and not found.is_namespace:
            return found
        asked = _ask_python(name)
        if found is None or asked is None or not asked.is_namespace:
            return asked or found
        # A namespace that this process has imported: others of its folders may be on our path.
        return asked._replace(folders=tuple(dict.fromkeys(found.folders + asked.folders)))

    def find_in(self, name: str, folders: Iterable[str]) -> Location | None:
        """Return the location of the module whose last part is ``name``, in one of ``folders``."""
        portions: list[str] = []
        for folder in folders:
            names, path = self.list(folder), os.path.join(folder, name)  # noqa: PTH118 - as above
            inner = self.list(path) if name in names else frozenset()
            suffix = _find_suffix("__init__", inner)
            if suffix is not None:
                return _build_location(os.path.join(path, "__init__"), suffix, folder, path)  # noqa: PTH118 - as above
            suffix = _find_suffix(name, names)
            if suffix is not None:
                return _build_location(path, suffix, folder)
            if inner or (name in names and os.path.isdir(path)):  # noqa: PTH112 - text in
                portions.append(path)
        return Location(None, tuple(portions), is_namespace=True) if portions else None

    def list(self, folder: str) -> frozenset[str]:
        """Return the names in ``folder``; none if it is not a folder or cannot be read."""
        names = self._listings.get(folder)
        if names is None:
            try:
                names = frozenset(os.listdir(folder))  # noqa: PTH208 - names only
            except OSError:
                names = frozenset()
            self._listings[folder] = names
        return names

    def list_modules(self, folders: Iterable[str]) -> set[str]:
        """Return the names of the modules in ``folders``, for a suggestion."""
        names = {
            name.partition(".")[0] for folder in folders for name in self._list_modules(folder)
        }
        return {name for name in names if name.isidentifier() and name != "__init__"}

    def _list_modules(self, folder: str) -> Iterator[str]:
        for name in self.list(folder):
            if name.endswith(SUFFIXES) or ("." not in name and name != "__pycache__"):
                yield name


def _ask_python(name: str) -> Location | None:
    """Ask the import hooks, such as those of editable installs; a top-level name runs nothing."""
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


def _find_suffix(stem: str, names: frozenset[str]) -> str | None:
    return next((suffix for suffix in SUFFIXES if stem + suffix in names), None)


def _build_location(stem: str, suffix: str, below: str, folder: str | None = None) -> Location:
    file = stem + suffix if suffix in SOURCE_SUFFIXES else None
    return Location(file, () if folder is None else (folder,), below=below)
