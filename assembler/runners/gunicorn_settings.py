"""Say in gunicorn's words what its master is to do, for each server that it looks after."""

from __future__ import annotations

import math
import os
import tempfile
from typing import TYPE_CHECKING, Any

from assembler.runners.gunicorn_workers import choose_worker_class

if TYPE_CHECKING:
    from assembler.runners.loading import Serving

__all__ = ["translate_settings"]

THREADS = 8  # of an unpatched worker; gunicorn's own default is one request at a time
# How long the app's steps may take to close, once gevent's server has stopped.
CLOSE_SECONDS = 30
MEMORY = "/dev/shm"  # noqa: S108 - gunicorn makes a file of its own there


def translate_settings(serving: Serving) -> dict[str, Any]:
    """Return gunicorn's settings."""
    settings = _translate_gevent(serving) if serving.server == "gevent" else _translate(serving)
    return {
        # It would open a socket in the home directory, which nobody asked for.
        "control_socket_disable": True,
        **settings,
        "bind": [str(bind) for bind in serving.addresses],
        "workers": serving.workers,
    }


def _translate(serving: Serving) -> dict[str, Any]:
    is_patched = "gevent" in serving.loaded.plan.patch_names
    kind = serving.settings.get("worker_class")
    return {
        "threads": 1 if is_patched else THREADS,
        **serving.settings,
        "worker_class": choose_worker_class(kind, is_patched=is_patched),
    }


def _translate_gevent(serving: Serving) -> dict[str, Any]:
    """Leave alone what the server has alone: it has no time limit, and the umask of the process."""
    from assembler.runners.gevent_worker import (  # noqa: PLC0415 - it imports gevent
        GeventServerWorker,
    )

    settings = serving.settings
    return {
        "worker_class": GeventServerWorker,
        "timeout": 0,
        "graceful_timeout": math.ceil(settings["stop_timeout"]) + CLOSE_SECONDS,
        "keyfile": settings["keyfile"],
        "certfile": settings["certfile"],
        "umask": _read_umask(),
        "loglevel": "warning",
        "worker_tmp_dir": _find_folder(),
    }


def _read_umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


def _find_folder() -> str | None:
    """Return where the worker's file is to be; ``None``: where temporary files are."""
    try:
        tempfile.gettempdir()
    except OSError:
        return MEMORY
    return None
