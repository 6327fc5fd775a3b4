"""See edits: of the profile, of what it reads, and of the project's Python files."""

from __future__ import annotations

import os
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.document.nodes import ScalarNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.planning.loading import Loaded

__all__ = ["Watcher", "find_profile_files"]

IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules"})
# Beside a profile, what may be a base of it, or hold its values.
PROFILE_SUFFIXES = frozenset({".yaml", ".yml", ".toml", ".json", ".env"})
PREFIXES = tuple({sys.prefix, sys.base_prefix, sys.exec_prefix})


class Watcher:
    """Remember when files were last changed, and find one that was changed since.

    Watched are the files given, those beside the profile that may belong to it, the modules that
    are loaded, and every Python file below the folders that modules are imported from: the module
    whose edit broke the app is not among the loaded ones.
    """

    def __init__(self, profile: Path, patterns: Iterable[str] = ()) -> None:
        """Start with the profile; ``patterns`` (of `fnmatch`) name files that are not watched."""
        self._folder = profile.absolute().parent
        self._files = {profile.absolute()}
        self._patterns = tuple(patterns)
        self._seen = self._scan()

    def add(self, files: Iterable[Path], patterns: Iterable[str] = ()) -> None:
        """Watch ``files`` too, as they are now."""
        self._files.update(file.absolute() for file in files)
        self._patterns += tuple(patterns)
        for file, changed in self._scan().items():
            self._seen.setdefault(file, changed)

    def find_change(self) -> Path | None:
        """Give a file that was changed, made or removed since it was first seen."""
        now = self._scan()
        loaded = {Path(file) for file in _iter_module_files()}
        for file in {*now, *self._seen}:
            if now.get(file) != self._seen.get(file):
                if file not in self._seen and file in loaded:
                    self._seen[file] = now[file]  # imported since, not made since
                    continue
                return file
        return None

    def _scan(self) -> dict[Path, int]:
        return {
            file: changed
            for file in self._iter_files()
            if (changed := _find_changed(file)) is not None
            and not any(fnmatch(str(file), pattern) for pattern in self._patterns)
        }

    def _iter_files(self) -> Iterator[Path]:
        yield from self._files
        yield from _iter_beside(self._folder)
        yield from map(Path, _iter_module_files())
        for entry in dict.fromkeys(sys.path):
            folder = Path(entry or ".").absolute()
            if not str(folder).startswith(PREFIXES):
                yield from _iter_python_files(str(folder))


def find_profile_files(loaded: Loaded) -> list[Path]:
    """Give the files that a profile is made of, and those that its config sources read."""
    profile = loaded.plan.profile
    files = list(profile.composed.files.values())
    if loaded.policy.path is not None:
        files.append(loaded.policy.path)
    for planned in loaded.plan.config:
        path = planned.step.options.get("path")
        if isinstance(path, ScalarNode):
            given = profile.get_source_folder(planned.step) / path.text
            files += [given, *(given.iterdir() if given.is_dir() else ())]
    return files


def _iter_beside(folder: Path) -> Iterator[Path]:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.suffix in PROFILE_SUFFIXES or entry.name.startswith(".env"):
            yield entry


def _iter_module_files() -> Iterator[str]:
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and not file.startswith(PREFIXES):
            yield file


def _iter_python_files(root: str) -> Iterator[Path]:
    """Walk a folder that modules are imported from, but for environments and hidden folders."""
    for folder, names, files in os.walk(root):
        names[:] = [
            name
            for name in names
            if name not in IGNORED_FOLDERS
            and not name.startswith(".")
            and not Path(folder, name, "pyvenv.cfg").exists()
        ]
        for name in files:
            if name.endswith(".py"):
                yield Path(folder, name)


def _find_changed(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None
