"""Give the app to the ``flask`` command: of the profile it is for, with that one's debug flag."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from flask.helpers import get_debug_flag

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.entry.flask_command import (
    find_run_host,
    find_words,
    is_reloader_parent,
    is_reloading,
    set_debug,
)
from assembler.entry.process_app import assemble_for_process
from assembler.entry.profile_choice import choose_profile, find_migrations_profile
from assembler.planning.loading import load_plan
from assembler.policy import find_policy
from assembler.rendering.console import write_diagnostics
from assembler.serving.bind import Bind

if TYPE_CHECKING:
    from assembler.planning.loading import Loaded

__all__ = ["build_flask_app", "load_flask_app"]

EXTRA_FILES = "FLASK_RUN_EXTRA_FILES"


def load_flask_app(default: str | os.PathLike[str] | None) -> Flask:
    """Assemble the app for the ``flask`` command that runs, of the profile that it is for.

    Args:
        default: The profile where ``ASSEMBLER_PROFILE`` is not set.

    Raises:
        ProfileError: as `build_flask_app` does, and where it cannot be told which profile.
    """
    return build_flask_app(_choose(default))


def build_flask_app(profile: str, policy_file: str | None = None) -> Flask:
    """Assemble the app of ``profile`` for the command of Flask's that runs.

    Under the reloader of ``flask run`` the process that watches assembles nothing, and the one that
    serves answers with what is wrong until the next edit.

    Raises:
        ProfileError: with what is wrong, where no reloader waits for an edit.
    """
    loaded = _find_plan(profile, policy_file)
    if loaded is not None:
        set_debug(debug=loaded.plan.debug)
    _check_host()
    if is_reloader_parent():
        _watch(Path(profile), loaded)
        return Flask("assembler")
    try:
        # The second time, to say what is wrong.
        loaded = loaded or load_plan(profile, policy_file=policy_file)
        if loaded.warnings:
            write_diagnostics(loaded.warnings)
        return assemble_for_process(loaded)
    except ProfileError as error:
        if not is_reloading():
            raise
        return _build_fault_app(error)


def _find_plan(profile: str, policy_file: str | None) -> Loaded | None:
    try:
        return load_plan(profile, policy_file=policy_file)
    except ProfileError:
        return None


def _choose(default: str | os.PathLike[str] | None) -> str:
    if find_words()[:1] == ["db"]:
        return find_migrations_profile(find_policy(os.environ, Path.cwd()))
    return choose_profile(default)


def _check_host() -> None:
    """Refuse to show a debugger to other machines, as `assembler run` does."""
    host = find_run_host()
    if host is None or not get_debug_flag() or host.startswith("unix://"):
        return
    if Bind(Place("--host"), host).is_loopback:
        return
    message = f'debug lets whoever reaches "{host}" run code, and other machines reach it'
    hint = "Bind to 127.0.0.1, or use `assembler run --unsafe-debug`."
    raise ProfileError([codes.DEBUG_BEYOND_LOOPBACK.at(Place("--host"), message, hint=hint)])


def _watch(profile: Path, loaded: Loaded | None) -> None:
    """Have the reloader watch what the profile is made of: the process that serves is told so."""
    from assembler.runners.watching import find_profile_files  # noqa: PLC0415 - only for the reloader

    files = [profile] if loaded is None else find_profile_files(loaded)
    before = os.environ.get(EXTRA_FILES, "").split(os.pathsep)
    names = [*before, *(str(file.absolute()) for file in files)]
    os.environ[EXTRA_FILES] = os.pathsep.join(dict.fromkeys(filter(None, names)))


def _build_fault_app(error: ProfileError) -> Flask:
    from assembler.runners.fault_page import build_fault_page  # noqa: PLC0415 - only for a fault

    write_diagnostics(error.diagnostics)
    app = Flask("assembler")
    # Flask's command wants a Flask object, and this one answers nothing by itself.
    app.wsgi_app = build_fault_page(error.diagnostics)  # type: ignore[assignment]
    return app
