"""Provide the app to a WSGI server's worker, or to the ``flask`` command."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.assembling.process import Runner, find_runner
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Diagnostic, Place, ProfileError
from assembler.diagnostics.excerpt import shorten_path
from assembler.entry.process_app import assemble_for_process
from assembler.entry.profile_choice import choose_profile
from assembler.language.environment import (
    check_policy_variable,
    find_env_files,
    load_env_files,
)
from assembler.language.flags import is_true
from assembler.planning.loading import Loaded, load_plan
from assembler.rendering.console import write_diagnostics

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["find_env_notes", "load_app"]

# A developer's file must not change production, unless a server is told to read it.
READ_ENV_FILES = "ASSEMBLER_DOTENV"
# gunicorn's master stops at it, instead of restarting the worker forever.
STATUS_GUNICORN = 3
STATUS_FAULT = 1
# How long a worker waits for those before it to report, for each of them and in all.
WAIT_SECONDS = 10.0
LIMIT_SECONDS = 20.0
POLL_SECONDS = 0.02


def load_app(default: str | os.PathLike[str] | None = None) -> Flask:
    """Assemble the app that ``ASSEMBLER_PROFILE`` names, and log its report.

    For Flask's ``db`` commands it is the profile with the role ``migrations`` instead. What is
    wrong is printed to standard error and ends the process: with 3 under gunicorn, else with 1.

    Args:
        default: The profile where the variable is not set.
    """
    runner = find_runner()
    status = STATUS_FAULT if runner.worker is None else STATUS_GUNICORN
    try:
        if runner.name == "flask":
            from assembler.entry.flask import load_flask_app  # noqa: PLC0415 - it imports Flask

            check_policy_variable()
            return load_flask_app(default)
        notes = find_env_notes(runner)
        loaded = load_plan(choose_profile(default))
        _check_worker(runner, loaded)
        if _get_rank(runner) == 0:
            write_diagnostics([*loaded.warnings, *notes, *_find_notices(runner, loaded)])
        return assemble_for_process(loaded, status)
    except ProfileError as error:
        if _is_told_to_end(runner):
            raise SystemExit(0) from None
        write_diagnostics(error.diagnostics)
        raise SystemExit(status) from None


def find_env_notes(runner: Runner) -> list[Diagnostic]:
    """Read `.env` and `.flaskenv` where the process is told to; return what is not in force."""
    if is_true(os.environ.get(READ_ENV_FILES, "")):
        return load_env_files()
    return _find_unread_files(runner)


def _find_unread_files(runner: Runner) -> list[Diagnostic]:
    """Report the files that every command of ours would read, and a server must be told to."""
    if runner.name == "python":
        return []
    message = f"not in force, since {runner.name} is not told to read it"
    hint = f"Set {READ_ENV_FILES}=1 to read it, or FLASK_SKIP_DOTENV=1 to silence this."
    return [
        codes.ENV_FILE_NOT_IN_FORCE.at(Place(shorten_path(file)), message, hint=hint)
        for file in find_env_files()
    ]


def _check_worker(runner: Runner, loaded: Loaded) -> None:
    """Refuse gunicorn's workers that patch after the app is loaded, or with something else."""
    place = loaded.plan.profile.place_of("patches")
    is_patched = "gevent" in loaded.plan.patch_names
    if runner.is_preloading and (is_patched or runner.has_worker_of("gevent")):
        message = (
            "gunicorn --preload loads the app before gevent patches the workers, too late for ssl"
        )
        hint = "Start gunicorn without --preload, or use `assembler run`."
        raise ProfileError([codes.PRELOAD_WITH_GEVENT.at(place, message, hint=hint)])
    if runner.has_worker_of("eventlet"):
        message = f"{runner.name} patches with eventlet, which profiles do not support"
        hint = "Start gunicorn with `-k gevent` or `-k gthread`, or use `assembler run`."
        raise ProfileError([codes.PROCESS_IS_PATCHED.at(place, message, hint=hint)])


def _find_notices(runner: Runner, loaded: Loaded) -> list[Diagnostic]:
    """Report the keys of ``server``, which only `assembler run` reads."""
    spec = loaded.plan.profile.server
    keys = ", ".join(key for key in spec.node.entries if key != "boot_timeout")
    if not keys or runner.name == "python":
        return []
    message = f"not in force, since {runner.name} does not read `server`: {keys}"
    hint = f"Configure {runner.name} itself, or serve the profile with `assembler run`."
    return [codes.SERVER_KEYS_NOT_IN_FORCE.at(spec.node.place, message, hint=hint)]


def _get_rank(runner: Runner) -> int:
    """Return the position of this worker among those that gunicorn starts together, from 0."""
    worker = runner.worker
    if worker is None or isinstance(worker, type):
        return 0
    rank: int = (worker.age - 1) % max(1, worker.cfg.workers)
    return rank


def _is_told_to_end(runner: Runner) -> bool:
    """Wait until another worker has reported why none can boot; return false if none has.

    The workers share no memory that we know of, but gunicorn numbers them, and when the first one
    ends with `STATUS_GUNICORN` its master tells the others to end. A second one that ended with
    that status would end the master with a traceback.
    """
    worker = runner.worker
    if worker is None or isinstance(worker, type):
        return False
    # gunicorn kills a worker that is not up within its timeout, where 0 means never.
    limit = min(LIMIT_SECONDS, (worker.cfg.timeout or LIMIT_SECONDS) / 2)
    deadline = time.monotonic() + min(_get_rank(runner) * WAIT_SECONDS, limit)
    while worker.alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return not worker.alive or _is_halting(worker)


def _is_halting(worker: Any) -> bool:  # noqa: ANN401 - of gunicorn's
    """Return whether gunicorn's master has closed its sockets, which it does before it ends.

    A worker that was told to end before it handled signals has missed it.
    """
    try:
        inodes = {os.fstat(one.fileno()).st_ino for one in worker.sockets}
        files = [str(file.readlink()) for file in Path(f"/proc/{os.getppid()}/fd").iterdir()]
    except OSError:  # not on macOS
        return False
    return not any(f"socket:[{inode}]" in files for inode in inodes)
