"""Serve a profile until a file changes: `assembler.runners.reloader` starts this process anew."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from assembler.assembling.create import apply_plan_patches
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.rendering.console import write_diagnostics, write_error
from assembler.runners.loading import Overrides, load_serving
from assembler.runners.reloader import STATUS_RESTART
from assembler.runners.setting_files import check_setting_files
from assembler.runners.stopping import leaving_on_sigterm
from assembler.runners.watching import Watcher, find_profile_files
from assembler.runners.werkzeug import assemble_debugged, serve_sockets
from assembler.serving.bind import Bind
from assembler.serving.settings import WerkzeugSettings

__all__ = ["main"]

STATUS_INTERRUPTED = 130


def main(task: dict[str, Any]) -> int:
    """Assemble and serve; what is wrong becomes the page, and the next edit ends the process."""
    profile, overrides = task["profile"], _build_overrides(task["overrides"])
    sockets = [_adopt(fd) for fd in task["fds"]]
    watcher = Watcher(Path(profile))
    settings = WerkzeugSettings().model_dump()
    with ExitStack() as stack:
        stack.enter_context(leaving_on_sigterm())
        try:
            serving = load_serving(profile, overrides)
            watcher.add(find_profile_files(serving.loaded))
            wanted = serving.settings if serving.server == "werkzeug" else settings
            watcher.add(map(Path, wanted["extra_files"]), wanted["exclude_patterns"])
            write_diagnostics([*serving.loaded.warnings, *serving.notices])
            proofs = apply_plan_patches(serving.loaded)
            check_setting_files(serving)
            settings = wanted
            app = assemble_debugged(serving, proofs, stack, use_evalex=settings["use_evalex"])
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            write_error("this is the page too, until the next edit")
            from assembler.runners.fault_page import build_fault_page  # noqa: PLC0415 - only for a fault

            app = build_fault_page(error.diagnostics)
        find_restart = _Restart(watcher, settings["reloader_interval"])
        return serve_sockets(app, settings, sockets, find_restart)


class _Restart:
    """Tell whether it is time to end: for a new start, or since nobody watches any more."""

    def __init__(self, watcher: Watcher, interval_seconds: float) -> None:
        self._watcher = watcher
        self._interval_seconds = interval_seconds
        self._due = time.monotonic()
        self._parent = os.getppid()

    def __call__(self) -> int | None:
        if os.getppid() != self._parent:
            return 0
        if time.monotonic() < self._due:
            return None
        file = self._watcher.find_change()
        self._due = time.monotonic() + self._interval_seconds
        if file is None:
            return None
        write_error(f"{os.path.relpath(file)} has changed, starting anew")
        return STATUS_RESTART


def _build_overrides(given: dict[str, Any]) -> Overrides:
    return Overrides(**{**given, "binds": tuple(given["binds"])})


def _adopt(fd: int) -> tuple[Bind, socket.socket]:
    """Take over a socket that the watching process has bound."""
    listener = socket.socket(fileno=fd)
    name = listener.getsockname()
    place = Place("--bind")
    if isinstance(name, str):
        return Bind(place, path=name), listener
    return Bind(place, name[0], name[1]), listener


if __name__ == "__main__":
    try:
        sys.exit(main(json.loads(sys.argv[1])))
    except KeyboardInterrupt:  # while it was assembled
        sys.exit(STATUS_INTERRUPTED)
