"""Inspect files without raising, write them atomically, and cache what was parsed.

A name may be too long or contain a null character, and a folder may be unreadable: all of that
counts as absent. `pathlib` raises in these cases before Python 3.14.

Whatever a profile names is opened by `open_regular` alone: a device has no end, and a pipe keeps
its reader waiting.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from pathlib import Path
    from typing import BinaryIO

__all__ = [
    "DIFFERENCES_SUFFIX",
    "LIMIT_BYTES",
    "PROFILE_SUFFIXES",
    "FileCache",
    "FileChangedError",
    "NotRegularError",
    "find_profile",
    "is_file",
    "is_folder",
    "is_profile_name",
    "list_names",
    "list_profile_names",
    "open_regular",
    "read_file",
    "read_start",
    "read_state",
    "write_atomically",
]

PROFILE_SUFFIXES = (".yaml", ".yml")
DIFFERENCES_SUFFIX = ".differences.yaml"  # of what stands beside a profile and is none
Parsed = TypeVar("Parsed")
State = tuple[int, int, int]  # a file's inode, size and time of change
LIMIT_BYTES = 1024 * 1024  # of a profile, and of each file that it names
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
    return [name for name in list_names(folder) if is_profile_name(name)]


def is_profile_name(name: str) -> bool:
    """Return whether a file may be a profile, by its name."""
    return name.endswith(PROFILE_SUFFIXES) and not name.endswith(DIFFERENCES_SUFFIX)


class NotRegularError(OSError):
    """Raised for what is neither a regular file nor a folder."""

    def __init__(self, path: Path | str) -> None:
        """Say so, as the system says its own reasons."""
        super().__init__(errno.EINVAL, "it is not a regular file", str(path))


def open_regular(path: Path | str) -> BinaryIO:
    """Open a regular file for reading; never waits.

    Raises:
        OSError: if it cannot be opened, or is a folder, a pipe, a device, a socket.
        ValueError: if the path contains a null character.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise NotRegularError(path)


def read_start(path: Path | str, size: int) -> bytes:
    """Return the first ``size`` bytes of a regular file; raises as `open_regular`."""
    with open_regular(path) as stream:
        return stream.read(size) or b""  # `None`: one of the kernel's, which has nothing to say now


def read_file(path: Path | str, limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return the content of a regular file; raises as `open_regular`, and if it is too large."""
    content = read_start(path, limit_bytes + 1)
    if len(content) > limit_bytes:
        reason = f"it is larger than the limit of {limit_bytes:,} bytes"
        raise OSError(errno.EFBIG, reason, str(path))
    return content


def find_profile(path: str, *folders: str) -> str | None:
    """Return the profile that a name alone means, such as ``web`` for ``profiles/web.yaml``.

    It is searched for where ``path`` leads to, and then in ``folders``.
    """
    found = (
        os.path.join(folder, path + suffix)  # noqa: PTH118 - text in, text out
        for folder in ("", *folders)
        for suffix in ("", *PROFILE_SUFFIXES)
    )
    return next((os.path.normpath(one) for one in found if is_file(one)), None)


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


def read_state(file: Path | str) -> State | None:
    """Return what tells one content of a file from another; ``None``: it cannot be inspected."""
    try:
        status = os.stat(file)  # noqa: PTH116 - text, not paths: this is asked for every app
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


class FileCache(Generic[Parsed]):
    """A cache of parsed files, by their state."""

    def __init__(self) -> None:
        """Start empty."""
        self._entries: dict[Hashable, tuple[State, Parsed]] = {}

    def get(self, file: Path | str, key: Hashable, parse: Callable[[], Parsed]) -> Parsed:
        """Return what was parsed from ``file``, or parse it.

        Args:
            file: The file; if it cannot be inspected, ``parse`` is called and reports why.
            key: Distinguishes different ways to parse the same file.
            parse: Reads and parses it.
        """
        # Looked at before it is parsed: a change in between is then seen the next time.
        state = read_state(file)
        if state is None:
            return parse()
        known = self._entries.get((file, key))
        if known is not None and known[0] == state:
            return known[1]
        parsed = parse()
        self._entries[file, key] = (state, parsed)
        while len(self._entries) > LIMIT_FILES:
            self._entries.pop(next(iter(self._entries)), None)
        return parsed
