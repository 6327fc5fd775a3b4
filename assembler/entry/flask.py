"""Provide the app to the ``flask`` command, with the debug flag of its profile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask
from flask.cli import ScriptInfo, cli, run_command
from flask.helpers import get_debug_flag

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.diagnostics.suggestion import render_names, render_suggestion
from assembler.entry.process_app import assemble_for_process
from assembler.entry.profile_choice import choose_profile, find_migrations_profile
from assembler.language.environment import find_env_files, forget_env_files
from assembler.planning.loading import load_plan
from assembler.planning.selection import select_extensions
from assembler.policy import find_policy
from assembler.rendering.console import write_diagnostics
from assembler.serving.bind import Bind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.planning.loading import Loaded

__all__ = ["build_flask_app", "load_flask_app"]

EXTRA_FILES = "FLASK_RUN_EXTRA_FILES"
IS_RELOADED = "WERKZEUG_RUN_MAIN"  # what the reloader sets for the process that serves


def load_flask_app(default: str | os.PathLike[str] | None) -> Flask:
    """Assemble the app for the ``flask`` command that runs.

    For its ``db`` commands that is the profile with the role ``migrations``.

    Args:
        default: The profile where ``ASSEMBLER_PROFILE`` is not set.

    Raises:
        ProfileError: as `build_flask_app` does, and if the profile cannot be chosen.
    """
    # Flask's own parser reads the arguments, so every spelling of its options is understood.
    context = cli.make_context("flask", sys.argv[1:], resilient_parsing=True)
    # click keeps the command's name apart from its arguments, until version 9 under this name.
    if [*getattr(context, "_protected_args", ()), *context.args][:1] == ["db"]:
        return build_flask_app(find_migrations_profile(find_policy(os.environ, Path.cwd())))
    return build_flask_app(choose_profile(default))


def build_flask_app(
    profile: str, policy_file: str | None = None, only: Sequence[str] | None = None
) -> Flask:
    """Assemble the app of ``profile`` for the Flask command that runs.

    With the reloader of ``flask run``, the process that watches assembles nothing, and the one that
    serves shows what is wrong until the next edit.

    Args:
        profile: The profile, relative to the current directory.
        policy_file: The value of ``--policy``.
        only: The extensions that are wanted, with what they depend on; ``None``: all.

    Raises:
        ProfileError: with what is wrong, unless a reloader waits for an edit.
    """
    context = click.get_current_context(silent=True)
    run_options = context.params if context and context.command is run_command else None
    is_reloaded = os.environ.get(IS_RELOADED) == "true"
    fault = loaded = None
    try:
        loaded = load_plan(profile, policy_file=policy_file)
        if only is not None:
            loaded = _select(loaded, only)
        _set_debug(context, debug=loaded.plan.debug)
    except ProfileError as error:
        fault = error
    if run_options is not None:
        from assembler.runners.werkzeug import strip_colors  # noqa: PLC0415 - only for a server

        strip_colors()
        _check_host(run_options["host"])
        reload = run_options["reload"]
        if not is_reloaded and (get_debug_flag() if reload is None else reload):
            _prepare_reload(Path(profile), loaded)
            return Flask("assembler")
    try:
        if loaded is None:
            assert fault is not None
            raise fault
        if loaded.warnings:
            write_diagnostics(loaded.warnings)
        return assemble_for_process(loaded)
    except ProfileError as error:
        if not is_reloaded:
            raise
        return _build_fault_app(error)


def _select(loaded: Loaded, names: Sequence[str]) -> Loaded:
    """Leave out all other extensions; a name that there is not is wrong usage."""
    known = [planned.step.name for planned in loaded.plan.extensions]
    for name in names:
        if name not in known:
            hint = render_suggestion(name, known, f"Use some of {render_names(known)}.")
            message = f"--only: no extension is called '{name}'. {hint}"
            raise click.UsageError(message)
    return loaded._replace(plan=select_extensions(loaded.plan, names))


def _set_debug(context: click.Context | None, *, debug: bool) -> None:
    """Make Flask's command use the profile's flag, instead of its own reading of ``FLASK_DEBUG``.

    Changes the environment, where ``flask run`` looks for whether to use debugger and reloader.
    """
    os.environ["FLASK_DEBUG"] = "1" if debug else "0"
    info = None if context is None else context.find_object(ScriptInfo)
    if info is not None:
        info.set_debug_flag = False


def _check_host(host: str) -> None:
    """Refuse to expose the debugger to other machines, as `assembler run` does."""
    if (
        not get_debug_flag()
        or host.startswith("unix://")
        or Bind(Place("--host"), host).is_loopback
    ):
        return
    message = f'debug lets anyone who reaches "{host}" run code, and other machines can reach it'
    hint = "Bind to 127.0.0.1, or use `assembler run --unsafe-debug`."
    raise ProfileError([codes.DEBUG_BEYOND_LOOPBACK.at(Place("--host"), message, hint=hint)])


def _prepare_reload(profile: Path, loaded: Loaded | None) -> None:
    """Make the reloader watch the profile's files, and its child read those of variables itself.

    Changes the environment, which Flask passes on to that child.
    """
    from assembler.runners.watching import find_profile_files  # noqa: PLC0415 - only for the reloader

    files = [profile] if loaded is None else find_profile_files(loaded)
    debug, before = get_debug_flag(), os.environ.get(EXTRA_FILES, "").split(os.pathsep)
    names = [*before, *(str(file.absolute()) for file in [*files, *find_env_files()])]
    forget_env_files()
    os.environ[EXTRA_FILES] = os.pathsep.join(dict.fromkeys(filter(None, names)))
    os.environ["FLASK_DEBUG"] = "1" if debug else "0"  # of this process, too


def _build_fault_app(error: ProfileError) -> Flask:
    from assembler.runners.fault_page import build_fault_page  # noqa: PLC0415 - only for a fault

    write_diagnostics(error.diagnostics)
    app = Flask("assembler")
    # Flask's command needs a Flask object, and this one answers nothing by itself.
    app.wsgi_app = build_fault_page(error.diagnostics)  # type: ignore[assignment]
    return app
