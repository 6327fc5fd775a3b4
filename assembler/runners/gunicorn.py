"""Serve with gunicorn: its master reads the profile, each worker patches and assembles."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file
from assembler.runners.boot import STATUS_INTERRUPTED
from assembler.runners.gunicorn_application import STATUS_DEFECT, STATUS_FAULT, Application
from assembler.runners.gunicorn_arbiter import Arbiter
from assembler.runners.setting_files import LOG_FILES
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.runners.start_fault import build_start_fault

if TYPE_CHECKING:
    from assembler.runners.canary_task import Lint
    from assembler.runners.loading import Serving

__all__ = ["check_start", "serve"]

# The exit statuses of `assembler run` for those of workers that cannot boot.
EXIT_STATUSES = {STATUS_FAULT: 1, STATUS_DEFECT: 70}


def serve(serving: Serving, lint: Lint | None = None, kind: type[Arbiter] = Arbiter) -> int:
    """Serve until the master is told to end, and return the exit status.

    Args:
        serving: What to serve.
        lint: What checks an edited profile before a reload.
        kind: The master's class.

    Raises:
        ProfileError: if an address cannot be bound to or gunicorn does not accept a setting.
    """
    serving.check_files()
    _check_addresses(serving)
    application = Application(serving)
    master = kind(application, lint)
    # A later collection would write to memory that the workers share with the master.
    gc.freeze()
    try:
        master.run()
    except Exception as error:  # of a hook, or a file that cannot be written
        fault = build_start_fault(serving, error)
        if not fault.diagnostics[0].related or os.getpid() != application.master_pid:
            raise
        raise fault from error
    except SystemExit as leaving:
        if os.getpid() != application.master_pid:
            raise  # a worker, whose status is for its master
        status = leaving.code if isinstance(leaving.code, int) else 0
        if status == 0 and master.is_interrupted:
            return STATUS_INTERRUPTED
        return EXIT_STATUSES.get(status, status)
    return 0


def check_start(serving: Serving) -> None:
    """Load what gunicorn's settings name, as its master does first; opens no log and no socket.

    Raises:
        ProfileError: if gunicorn does not accept a setting.
    """
    application = Application(serving)
    for key, value in {"preload_app": False, "errorlog": "-", "accesslog": None}.items():
        application.cfg.set(key, value)
    for key in LOG_FILES:
        if not is_file(serving.settings.get(key) or ""):  # to be told when the files are checked
            application.cfg.set(key, None)
    Arbiter(application)


def _check_addresses(serving: Serving) -> None:
    """Check at once what gunicorn would try five times, a second apart."""
    from_systemd = os.environ.get("LISTEN_PID") == str(os.getpid())
    if from_systemd:
        _check_count(serving, os.environ.get("LISTEN_FDS", ""))
    if "GUNICORN_FD" in os.environ or from_systemd:
        return  # the sockets exist: an earlier master's on SIGUSR2, or systemd's
    reuse_port = bool(serving.settings.get("reuse_port"))
    close_sockets(open_sockets(serving.addresses, reuse_port=reuse_port))


def _check_count(serving: Serving, given: str) -> None:
    """Check that systemd has opened a socket for the management as well.

    Raises:
        ProfileError: if it has opened one alone.
    """
    if serving.management is None or given != "1":
        return
    message = "systemd has opened one socket, and `management_bind` needs another one"
    hint = "Add its address to the socket unit, as the last `ListenStream`."
    raise ProfileError([codes.WRONG_BIND.at(serving.management.place, message, hint=hint)])
