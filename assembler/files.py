"""Inspect files without raising, write them atomically, and cache what was parsed.

A name may be too long or contain a null character, and a folder may be unreadable: all of that
counts as absent. `pathlib` raises in these cases before Python 3.14.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path

__all__ = [
    "PROFILE_SUFFIXES",
    "FileCache",
    "FileChangedError",
    "is_file",
    "is_folder",
    "list_names",
    "list_profile_names",
    "write_atomically",
]

PROFILE_SUFFIXES = (".yaml", ".yml")
Parsed = TypeVar("Parsed")
LIMIT_FILES = 64  # a project's profiles; past that the oldest goes


def is_folder(path: Path | str) -> bool:
    """Return whether ``path`` is a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def is_file(path: Path | str) -> bool:
    """Return whether ``path`` is a regular file."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def list_names(folder: Path | str) -> list[str]:
    """Return the sorted names in a folder; none if it cannot be listed."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names only
    except (OSError, ValueError):
        return []


def list_profile_names(folder: Path | str) -> list[str]:
    """Return the sorted names in a folder that a profile may have."""
    return [name for name in list_names(folder) if name.endswith(PROFILE_SUFFIXES)]


class FileChangedError(Exception):
    """Raised if a file has changed since it was read."""


def write_atomically(file: Path, text: bytes, *, seen: os.stat_result | None = None) -> None:
    """Replace the content of ``file``; its permissions stay, and links are followed.

    Args:
        file: The file; it need not exist.
        text: The new content.
        seen: Its state when it was read; without it, any state is replaced.

    Raises:
        FileChangedError: if it has changed since it was ``seen``.
        OSError: if it cannot be written. In both cases ``file`` is as it was.
    """
    real = file.resolve()
    if real.exists() and not real.is_file():  # a pipe or a terminal, as /dev/stdout
        real.write_bytes(text)
        return
    made = real.with_name(f".{real.name}.{os.urandom(4).hex()}")
    try:
        with made.open("xb") as stream:
            stream.write(text)
            stream.flush()
            if real.exists():
                _keep_state(stream.fileno(), real.stat())
            os.fsync(stream.fileno())  # or a loss of power may leave the name without the text
        if seen is not None:
            _refuse_changed(real, seen)
        made.replace(real)
    except BaseException:
        with suppress(OSError):
            made.unlink()
        raise


def _keep_state(descriptor: int, old: os.stat_result) -> None:
    """Set the owner and the permissions of the old file."""
    new = os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _refuse_changed(file: Path, seen: os.stat_result) -> None:
    now = file.stat()
    is_same_file = os.path.samestat(now, seen)
    if not is_same_file or (now.st_size, now.st_mtime_ns) != (seen.st_size, seen.st_mtime_ns):
        raise FileChangedError(file)


class FileCache(Generic[Parsed]):
    """A cache of parsed files, by inode, size and time of change."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[Hashable, tuple[tuple[int, int, int], Parsed]] = {}

    def get(self, file: Path, key: Hashable, parse: Callable[[], Parsed]) -> Parsed:
        """Return what was parsed from ``file``, or parse it.

        Args:
            file: The file; if it cannot be inspected, ``parse`` is called and reports why.
            key: Distinguishes different ways to parse the same file.
            parse: Reads and parses it.
        """
        try:
            status = file.stat()
        except OSError:
            return parse()
        # Looked at before it is parsed: a change in between is then seen the next time.
        identity = (status.st_ino, status.st_size, status.st_mtime_ns)
        known = self._entries.get((file, key))
        if known is not None and known[0] == identity:
            return known[1]
        parsed = parse()
        self._entries[file, key] = (identity, parsed)
        while len(self._entries) > LIMIT_FILES:
            self._entries.pop(next(iter(self._entries)), None)
        return parsed
