"""Look at files without failing where that cannot be done, write them whole, keep what was parsed.

A name may be too long or hold a null character, and a folder may be closed to this user: whatever
cannot be seen is not there. `pathlib` raises in these cases before Python 3.14.
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
    """Tell whether there is a folder."""
    return os.path.isdir(path)  # noqa: PTH112 - see above


def is_file(path: Path | str) -> bool:
    """Tell whether there is a file, and no folder."""
    return os.path.isfile(path)  # noqa: PTH113 - see above


def list_names(folder: Path | str) -> list[str]:
    """Give the names in a folder, sorted; none where there is no folder that can be listed."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208 - names only
    except (OSError, ValueError):
        return []


def list_profile_names(folder: Path | str) -> list[str]:
    """Give those names in a folder that a profile may have, sorted."""
    return [name for name in list_names(folder) if name.endswith(PROFILE_SUFFIXES)]


class FileChangedError(Exception):
    """Raise where a file is no longer what its new text was made from."""


def write_atomically(file: Path, text: bytes, *, seen: os.stat_result | None = None) -> None:
    """Put ``text`` in place of what ``file`` holds; its permissions stay, and links are followed.

    Args:
        file: The file; it need not be there.
        text: What it is to hold.
        seen: What the file was when it was read; without it, whatever is there is replaced.

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
    """Give the new file the owner and the permissions of the old one."""
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
    """Parse a file again only once it has changed: its inode, its size or its time of change."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[Hashable, tuple[tuple[int, int, int], Parsed]] = {}

    def get(self, file: Path, key: Hashable, parse: Callable[[], Parsed]) -> Parsed:
        """Give what was parsed of ``file``, or parse it.

        Args:
            file: The file; where it cannot be looked at, ``parse`` is called, and will say why.
            key: What tells this parsing of the file from others.
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
