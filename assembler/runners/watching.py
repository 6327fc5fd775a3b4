"""Watch for edits: of the profile, of what it reads, and of the project's Python files."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import ProfileError
from assembler.document.nodes import ScalarNode
from assembler.files import is_file, list_names
from assembler.planning.mounted_profiles import load_mounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.planning.loading import Loaded

__all__ = ["Watcher", "find_profile_files"]

IGNORED_FOLDERS = frozenset({"__pycache__", "node_modules"})
# What may be a base of a profile in the same folder, or hold its values.
PROFILE_SUFFIXES = frozenset({".yaml", ".yml", ".toml", ".json", ".env", ".cfg"})
PREFIXES = tuple({sys.prefix, sys.base_prefix, sys.exec_prefix})


class Watcher:
    """Remember when files were last changed, and find one that has changed since.

    Watches the files it is given, those next to the profile that may belong to it, the loaded
    modules, and every Python file in the folders that modules are imported from: a module whose
    edit broke the app is not among the loaded ones.
    """

    def __init__(self, profile: Path) -> None:
        """Start with the profile."""
        self._folder = profile.absolute().parent
        self._files = {profile.absolute()}
        self._patterns: tuple[str, ...] = ()
        self._seen = self._scan()

    def add(self, files: Iterable[Path], patterns: Iterable[str] = ()) -> None:
        """Watch ``files`` too, as they are now, and nothing that a pattern of `fnmatch` matches."""
        self._files.update(file.absolute() for file in files)
        self._patterns += tuple(patterns)
        for file, changed in self._scan().items():
            self._seen.setdefault(file, changed)

    def find_change(self) -> Path | None:
        """Return a file that was changed, made or removed since it was first seen."""
        now = self._scan()
        for file in set(map(Path, _iter_module_files())) & now.keys():
            self._seen.setdefault(file, now[file])  # imported since, not made since
        return next(
            (file for file in {*now, *self._seen} if now.get(file) != self._seen.get(file)), None
        )

    def _scan(self) -> dict[Path, int]:
        """Return the files, with the time of their last change in nanoseconds."""
        found = {}
        for file in self._iter_files():
            try:
                changed = file.stat().st_mtime_ns
            except OSError:
                continue
            if not any(fnmatch(str(file), pattern) for pattern in self._patterns):
                found[file] = changed
        return found

    def _iter_files(self) -> Iterator[Path]:
        yield from self._files
        for entry in _list_folder(self._folder):
            if entry.suffix in PROFILE_SUFFIXES or entry.name.startswith(".env"):
                yield entry
        yield from map(Path, _iter_module_files())
        for path in dict.fromkeys(sys.path):
            folder = Path(path or ".").absolute()
            if not str(folder).startswith(PREFIXES):
                yield from _iter_python_files(str(folder))


def find_profile_files(loaded: Loaded) -> list[Path]:
    """Return the files that a profile and those that it mounts are made of, and config files."""
    profile = loaded.plan.profile
    files = list(profile.composed.files.values())
    with suppress(ProfileError):  # it is told of where it is mounted
        policy_file = None if loaded.policy.path is None else str(loaded.policy.path)
        for mounted in load_mounted(profile, policy_file, loaded.env):
            files += mounted.composed.files.values()
    if loaded.policy.path is not None:
        files.append(loaded.policy.path)
    for planned in loaded.plan.config:
        path = planned.step.options.get("path")
        if isinstance(path, ScalarNode):
            given = profile.get_source_folder(planned.step) / path.text
            files += [given, *_list_folder(given)]
    return files


def _list_folder(folder: Path) -> list[Path]:
    return [folder / name for name in list_names(folder)]


def _iter_module_files() -> Iterator[str]:
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and not file.startswith(PREFIXES):
            yield file


def _iter_python_files(root: str) -> Iterator[Path]:
    """Walk a folder that modules are imported from, without environments and hidden folders."""
    for folder, names, files in os.walk(root):
        names[:] = [
            name
            for name in names
            if name not in IGNORED_FOLDERS
            and not name.startswith(".")
            and not is_file(Path(folder, name, "pyvenv.cfg"))
        ]
        yield from (Path(folder, name) for name in files if name.endswith(".py"))
