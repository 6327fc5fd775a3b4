"""Write a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["write_atomically"]

NEW_FILE = 0o666  # as open() has it, less the umask


def write_atomically(file: Path, text: bytes) -> None:
    """Put ``text`` in place of what ``file`` holds; its permissions stay, and links are followed.

    Raises:
        OSError: if it cannot be written; ``file`` is then as it was.
    """
    real = file.resolve()
    if real.exists() and not real.is_file():  # a pipe or a terminal, as /dev/stdout
        real.write_bytes(text)
        return
    descriptor, made = tempfile.mkstemp(prefix=f".{real.name}.", dir=real.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text)
        os.chmod(made, real.stat().st_mode if real.exists() else NEW_FILE & ~_get_umask())  # noqa: PTH101 - a name, not a path
        os.replace(made, real)  # noqa: PTH105 - the same
    except BaseException:
        with suppress(OSError):
            os.unlink(made)  # noqa: PTH108 - the same
        raise


def _get_umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
