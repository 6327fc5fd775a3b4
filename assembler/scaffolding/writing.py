"""Write new files: all of them, or none."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.excerpt import shorten_path

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["write_new"]

OWN_FILES = frozenset({".env"})  # which others may not read
HINT = "Name another folder, or move it away; nothing was written."


def write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write ``files`` by their path in ``folder``, none of which may be there.

    Raises:
        ProfileError: if one is there already, or cannot be written; what was written until then is
            removed.
    """
    there = [path for path in files if os.path.lexists(folder / path)]
    if there:
        number = f", and {len(there) - 1} more" if len(there) > 1 else ""
        message = f"the file exists already{number}"
        raise ProfileError([_build_fault(folder / there[0], message)])
    written: list[Path] = []
    try:
        for path, text in files.items():
            _write(folder / path, text, written)
    except OSError as error:
        for made in reversed(written):
            with suppress(OSError):
                made.rmdir() if made.is_dir() else made.unlink()
        reason = "it exists already" if error.errno == errno.EEXIST else error.strerror
        message = f"the file cannot be written: {(reason or '').lower()}"
        raise ProfileError([_build_fault(folder / path, message)]) from error


def _write(file: Path, text: str, written: list[Path]) -> None:
    missing = [parent for parent in file.parents if not parent.exists()]
    for parent in reversed(missing):
        parent.mkdir()
        written.append(parent)
    mode = 0o600 if file.name in OWN_FILES else 0o666
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    written.append(file)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)


def _build_fault(file: Path, message: str) -> Diagnostic:
    return codes.FILE_NOT_WRITTEN.at(Place(shorten_path(file)), message, hint=HINT)
