"""Find the files to lint: named files, and those in named folders."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Collector, Diagnostic, Place
from assembler.diagnostics.failures import INSTALLED
from assembler.diagnostics.suggestion import render_suggestion
from assembler.files import (
    PROFILE_SUFFIXES,
    find_profile,
    is_folder,
    is_profile_name,
    list_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["PASSED_OVER", "Target", "find_targets", "iter_profile_files"]

MAGIC = frozenset("*?[")  # a path with one of these is a pattern
PASSED_OVER = frozenset({"node_modules", *INSTALLED})
NONE_YET = "Make profiles with `assembler init` or `assembler adopt`, or name where yours are."


class Target(NamedTuple):
    """One file to lint."""

    path: str  # as shown
    source: bytes | None = None  # ``None``: what the file holds

    @property
    def file(self) -> Path:
        """The file."""
        return Path(self.path)


def find_targets(
    paths: Sequence[str], found: Collector, profiles: str = "profiles"
) -> list[Target]:
    """Return the files that ``paths`` name: files, folders and everything below them, and globs.

    They are in the order given, sorted within a folder, each file once. A path that does not exist,
    or that matches nothing, is reported to ``found``; ``profiles`` is the folder where it may be.
    """
    shown: dict[str, None] = {}
    for path in paths:
        closed: list[OSError] = []
        matched = list(_iter_matches(path, closed.append))
        if not matched and not closed:
            found.add(_build_missing(path, profiles))
        found.add(*map(_build_closed, closed))
        shown.update(dict.fromkeys(matched))
    return [Target(path) for path in shown]


def iter_profile_files(
    folder: str, note_closed: Callable[[OSError], object] | None = None
) -> Iterator[str]:
    """Yield every profile's path below ``folder``, sorted.

    Folders that are hidden, or that hold installed packages, are passed over. ``note_closed`` is
    called for each that cannot be read.
    """
    for base, folders, files in os.walk(folder, onerror=note_closed):
        if "pyvenv.cfg" in files and base != folder:  # a virtual environment
            folders.clear()
            continue
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and name not in PASSED_OVER
        )
        for name in sorted(files):
            if is_profile_name(name) and not name.startswith("."):
                yield os.path.normpath(os.path.join(base, name))  # noqa: PTH118 - ten times as fast, for 10,000 files


def _iter_matches(path: str, note_closed: Callable[[OSError], object]) -> Iterator[str]:
    if is_folder(path):
        yield from iter_profile_files(path, note_closed)
    elif os.path.lexists(path):
        yield os.path.normpath(path)
    elif not MAGIC.isdisjoint(path):
        import glob  # noqa: PLC0415 - folders and files need none

        for match in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - keeps the text as it was given
            yield from _iter_matches(match, note_closed)
    else:
        try:
            os.lstat(path)
        except PermissionError as error:
            note_closed(error)
        except (OSError, ValueError):
            pass  # it is not there, and is reported as such


def _build_closed(error: OSError) -> Diagnostic:
    path = os.path.normpath(error.filename)
    is_parent = not os.path.lexists(path)
    what = "the folder it is in cannot be read" if is_parent else "the folder cannot be read"
    message = f"{what}: {(error.strerror or '').lower()}"
    hint = "Give the user that runs this command read permission, or name the folders to lint."
    return codes.FILE_UNREADABLE.at(Place(path), message, hint=hint)


def _build_missing(path: str, profiles: str) -> Diagnostic:
    place = Place(path)
    if is_folder(path):
        message = f'the folder "{path}" has no profiles'
        hint = f"Name a folder with files that end in {' or '.join(PROFILE_SUFFIXES)}."
        hint = NONE_YET if path == profiles else hint
        return codes.FILE_NOT_FOUND.at(place, message, hint=hint)
    if not MAGIC.isdisjoint(path):
        return codes.FILE_NOT_FOUND.at(
            place, f'nothing matches "{path}"', hint="Check the pattern."
        )
    profile = find_profile(path, profiles)
    if profile is not None:
        hint = f"Write `{profile}`."
        return codes.FILE_NOT_FOUND.at(place, f'"{path}" does not exist', hint=hint)
    otherwise = NONE_YET if path == profiles else "Check the path."
    meant = render_suggestion(Path(path).name, list_names(Path(path).parent), otherwise)
    return codes.FILE_NOT_FOUND.at(place, f'"{path}" does not exist', hint=meant)
