"""Write a file whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["FileChangedError", "write_atomically"]


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
