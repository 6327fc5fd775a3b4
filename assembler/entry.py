"""Assemble the app for a process that is not ours: a WSGI server's worker, or the ``flask`` command."""

from __future__ import annotations

import atexit
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assembler import codes
from assembler.boot_log import log_report
from assembler.console import write_diagnostics
from assembler.create import apply_plan_patches, assemble
from assembler.diagnostics import Place, ProfileError
from assembler.loading import load_plan, prepare_path
from assembler.runner import Runner, find_runner

if TYPE_CHECKING:
    from flask import Flask

    from assembler.loading import Loaded

__all__ = ["load_app"]

VARIABLE = "ASSEMBLER_PROFILE"
# gunicorn's master stops at it, instead of starting the worker anew for ever.
STATUS_GUNICORN = 3
STATUS_FAULT = 1
# How long a worker waits for those before it to speak, for each of them and in all.
WAIT_SECONDS = 1.0
LIMIT_SECONDS = 5.0
POLL_SECONDS = 0.02


def load_app(default: str | os.PathLike[str] | None = None) -> Flask:
    """Assemble the app that ``ASSEMBLER_PROFILE`` names, and log its report.

    What is wrong is said on standard error, and ends the process: with 3 under gunicorn, else 1.

    Args:
        default: The profile where the variable is not set.
    """
    runner = find_runner()
    try:
        return _load(runner, default)
    except ProfileError as error:
        if not _is_told_to_end(runner):
            write_diagnostics(error.diagnostics)
            status = STATUS_FAULT if runner.worker is None else STATUS_GUNICORN
            raise SystemExit(status) from None
        raise SystemExit(0) from None


def _load(runner: Runner, default: str | os.PathLike[str] | None) -> Flask:
    profile = _choose_profile(default)
    loaded = load_plan(profile)
    prepare_path(loaded.policy)
    _check_runner(runner, loaded)
    app = assemble(loaded, apply_plan_patches(loaded))
    report = app.extensions["assembler"]
    atexit.register(report.close)
    log_report(report)
    return app


def _choose_profile(default: str | os.PathLike[str] | None) -> str:
    named = os.environ.get(VARIABLE) or default
    if named is None:
        message = f"the environment variable {VARIABLE} is not set, expected a profile's path"
        hint = f"Set it: {VARIABLE}=profiles/web.yaml."
        raise ProfileError([codes.FILE_NOT_FOUND.at(Place(VARIABLE), message, hint=hint)])
    shown = os.fspath(named)
    return os.path.relpath(shown) if Path(shown).is_relative_to(Path.cwd()) else shown


def _check_runner(runner: Runner, loaded: Loaded) -> None:
    """Refuse gunicorn's ``--preload`` where gevent patches after the app is loaded."""
    is_patched = "gevent" in loaded.plan.patch_names
    if runner.is_preloading and (is_patched or runner.has_worker_of("gevent")):
        raise ProfileError(
            [
                codes.PRELOAD_WITH_GEVENT.at(
                    loaded.plan.profile.place_of("patches"),
                    "gunicorn --preload loads the app before gevent patches the worker, "
                    "which is too late for ssl",
                    hint="Start gunicorn without --preload, or use `assembler run`.",
                )
            ]
        )


def _is_told_to_end(runner: Runner) -> bool:
    """Wait until another worker has said why none can boot, or give up: then this one says it.

    They share no memory that we know of, but gunicorn counts its workers, and the first one's end
    with `STATUS_GUNICORN` makes its master tell the others to end. A second one that ended with it
    would end the master with a traceback.
    """
    worker = runner.worker
    if worker is None or isinstance(worker, type):
        return False
    rank = (worker.age - 1) % max(1, worker.cfg.workers)
    deadline = time.monotonic() + min(rank * WAIT_SECONDS, LIMIT_SECONDS)
    while worker.alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return not worker.alive
