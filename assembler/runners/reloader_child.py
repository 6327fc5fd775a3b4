"""Serve a profile until a file changes; `assembler.runners.reloader` then starts a new process."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.language.environment import list_env_places, load_env_files
from assembler.rendering.console import write_diagnostics, write_error
from assembler.runners.boot import (
    STATUS_INTERRUPTED,
    leaving_on_sigterm,
    patch_process,
)
from assembler.runners.boot_watch import watch_boot
from assembler.runners.loading import Overrides, load_serving
from assembler.runners.parent_death import die_with_parent
from assembler.runners.reloader import STATUS_RESTART
from assembler.runners.watching import Watcher, find_profile_files
from assembler.runners.werkzeug import assemble_debugged, serve_sockets
from assembler.serving.bind import Bind
from assembler.serving.settings import WerkzeugSettings

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["main"]


def main() -> int:
    """Assemble and serve what the last argument of the process says, and return the exit status.

    A fault is shown as a page, and the next edit ends the process.
    """
    try:
        return _serve(json.loads(sys.argv[-1]))
    except KeyboardInterrupt:  # while assembling
        return STATUS_INTERRUPTED


def _serve(task: dict[str, Any]) -> int:
    supervisor = os.getppid()
    die_with_parent(signal.SIGKILL, supervisor)  # a step may block where no handler runs
    profile, overrides = task["profile"], Overrides(**task["overrides"])
    sockets = [_adopt(fd) for fd in task["fds"]]
    watcher = Watcher(Path(profile))
    settings = WerkzeugSettings().model_dump()
    with ExitStack() as stack:
        stack.enter_context(leaving_on_sigterm())
        try:
            watcher.add(list_env_places())
            load_env_files()
            serving = load_serving(profile, overrides)
            watcher.add(find_profile_files(serving.loaded))
            wanted = serving.settings if serving.server == "werkzeug" else settings
            watcher.add(map(Path, wanted["extra_files"]), wanted["exclude_patterns"])
            write_diagnostics([*serving.loaded.warnings, *serving.notices])
            with watch_boot(serving.loaded.plan.profile):
                patched = patch_process(serving)
                settings = wanted
                app = assemble_debugged(serving, patched, stack, sockets)
        except ProfileError as error:
            from assembler.runners.fault_page import build_fault_page  # noqa: PLC0415 - only for a fault

            write_diagnostics(error.diagnostics)
            write_error("the server shows this as a page until the next edit")
            app = build_fault_page(error.diagnostics)
        die_with_parent(signal.SIGTERM, supervisor)
        find_restart = _build_restart_check(watcher, settings["reloader_interval"])
        return serve_sockets(app, settings, sockets, find_restart)


def _build_restart_check(watcher: Watcher, interval_seconds: float) -> Callable[[], int | None]:
    """Build a function that returns the exit status once it is time to end."""
    supervisor = os.getppid()
    due = time.monotonic()

    def find_restart() -> int | None:
        nonlocal due
        if os.getppid() != supervisor:  # it was killed, and nobody watches any more
            return 0
        if time.monotonic() < due:
            return None
        file = watcher.find_change()
        due = time.monotonic() + interval_seconds
        if file is None:
            return None
        write_error(f"{os.path.relpath(file)} has changed, restarting")
        return STATUS_RESTART

    return find_restart


def _adopt(fd: int) -> tuple[Bind, socket.socket]:
    """Take over a socket that the supervisor has bound."""
    listener = socket.socket(fileno=fd)
    name = listener.getsockname()
    place = Place("--bind")
    bind = Bind(place, path=name) if isinstance(name, str) else Bind(place, name[0], name[1])
    return bind, listener
