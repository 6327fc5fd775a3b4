"""Write a fixed file, and only if it is still as it was read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place
from assembler.files import FileChangedError, write_atomically

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.fixing import FixedFile

__all__ = ["write_fixed"]


def write_fixed(fixed: FixedFile) -> Diagnostic | None:
    """Replace a file with its fixed version; return why not if it cannot be."""
    file = Path(fixed.path)
    try:
        with file.open("rb") as stream:
            is_same = stream.read(len(fixed.before) + 1) == fixed.before
            seen = os.fstat(stream.fileno())
        if not is_same:
            return _refuse(fixed, "the file changed while it was being fixed", "Run it again.")
        write_atomically(file, fixed.after, seen=seen)
    except FileChangedError:
        return _refuse(fixed, "the file changed while it was being fixed", "Run it again.")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        hint = "Make the file and its folder writable for this user."
        return _refuse(fixed, f"the fixed file cannot be written: {reason}", hint)
    return None


def _refuse(fixed: FixedFile, message: str, hint: str) -> Diagnostic:
    return codes.FILE_NOT_WRITTEN.at(Place(fixed.path), message, hint=hint)
