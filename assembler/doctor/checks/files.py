"""Find what is to be read or written and cannot be: the server's files, the temporary folder."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from assembler.diagnostics.diagnostic import ProfileError
from assembler.doctor.form import Check, Finding, Verdict, find_in_diagnostics
from assembler.runners.control_paths import iter_folders
from assembler.runners.last_good import LastGood

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assembler.doctor.form import Examined
    from assembler.runners.loading import Serving

__all__ = ["CHECK"]


def examine_files(examined: Examined) -> Iterator[Finding]:
    """Come after the patches: what is read for TLS loads ssl."""
    if examined.serving is not None:
        try:
            examined.serving.check_files()
        except ProfileError as error:
            yield from find_in_diagnostics(error.diagnostics)
        if examined.serving.can_reload:
            yield from _examine_places(examined.serving)
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


def _examine_places(serving: Serving) -> Iterator[Finding]:
    """Look whether the server can keep its state and open its control socket; it serves without."""
    profile = serving.loaded.plan.profile
    state = LastGood(serving).path
    if state is not None and not _can_fill(state.parent):
        message = f"the last good profile cannot be kept in '{state.parent}'"
        remedy = "Set `server.state` to a folder that this user may write to, or to `off`."
        yield Finding(Verdict.WARNING, message, remedy)
    named = profile.find_server_places().get("control")
    folders = [named.parent] if named else list(iter_folders(serving.loaded.root))
    if profile.server.reload.control != "off" and not any(map(_can_fill, folders)):
        message = f"no control socket can be made in {', '.join(map(str, folders))}"
        remedy = "Set `server.control` to a path that this user may write to, or to `off`."
        yield Finding(Verdict.WARNING, message, remedy)


def _can_fill(folder: Path) -> bool:
    """Return whether a file can be made in a folder, which is made if it is not there."""
    there = next(one for one in (folder, *folder.parents) if os.access(one, os.F_OK))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


CHECK = Check(examine_files, needs="patched")
