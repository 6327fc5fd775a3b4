"""Find what is to be read or written and cannot be: the server's files, the temporary folder."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.doctor.form import Examined

__all__ = ["CHECK"]


def examine_files(examined: Examined) -> Iterator[Finding]:
    """Come after the patches: what is read for TLS loads ssl."""
    if examined.serving is not None:
        try:
            examined.serving.check_files()
        except ProfileError as error:
            yield from find_in_diagnostics(error.diagnostics)
    asked = os.environ.get("TMPDIR")
    try:
        folder = tempfile.gettempdir()
    except OSError as error:
        remedy = "Set TMPDIR to a folder that this user may write to."
        yield Finding(Verdict.FAILED, f"no temporary folder: {error.strerror}", remedy)
        return
    if asked and os.path.realpath(asked) != os.path.realpath(folder):
        message = f"the temporary folder '{asked}' cannot be used, '{folder}' is taken"
        remedy = "Make the folder in TMPDIR writable for this user, or unset TMPDIR."
        yield Finding(Verdict.WARNING, message, remedy)
    else:
        yield Finding(Verdict.OK, f"the temporary folder '{folder}' is writable")


CHECK = Check(examine_files, needs="patched")
