"""Run any Flask command on a profile's app."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import (
    ProfileCommand,
    policy_option,
    profile_argument,
    read_env_files,
)
from assembler.commands.completion import complete_flask
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import prepare_path
from assembler.policy import find_policy
from assembler.rendering.app_traceback import is_raised_by_assembler, render_app_traceback
from assembler.rendering.console import write_diagnostics, write_error
from assembler.secrets.memory import Secrets, iter_environment_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask

__all__ = ["command"]

STATUS_TERMINATED = 143  # as a shell reports SIGTERM
# What click and the command line take care of.
CLICKS = (ProfileError, SystemExit, click.ClickException, click.exceptions.Exit, click.Abort)

EPILOG = """\b
Examples:
  assembler flask profiles/web.yaml routes
  assembler flask profiles/web.yaml shell
  assembler flask profiles/migrations.yaml db history
  assembler flask --only database,redis profiles/web.yaml send-reminders
"""


def _split_names(
    _context: click.Context, _option: click.Parameter, value: str | None
) -> list[str] | None:
    return None if value is None else [name for name in value.split(",") if name]


@click.command(
    "flask",
    cls=ProfileCommand,
    short_help="Run any Flask command on a profile's app.",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@policy_option
@click.option(
    "--only",
    metavar="STEP,…",
    callback=_split_names,
    help="Assemble these extensions and what they depend on, and no others.",
)
@profile_argument
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, shell_complete=complete_flask)
def command(
    *,
    profile: str,
    arguments: tuple[str, ...],
    policy_file: str | None,
    only: list[str] | None,
) -> None:
    """Run a Flask command on the app of PROFILE, such as routes, shell, db or one of its own."""
    from flask.cli import FlaskGroup

    from assembler.entry.flask import build_flask_app
    from assembler.runners.boot import leaving_on_sigterm
    from assembler.runners.garbage import collect_as_usual

    prepare_path(find_policy(os.environ, Path.cwd(), policy_file), Path.cwd())

    building: list[str] = []
    built: list[Flask] = []

    # Called once Flask's own --debug and --env-file have changed the environment.
    def build() -> Flask:
        building.append(profile)  # an error from now on is ours
        try:
            # Only while it assembles: a server ends in Flask's own way, and in a patched process
            # the signal may arrive in any greenlet.
            with leaving_on_sigterm(STATUS_TERMINATED):
                app = build_flask_app(profile, policy_file, only)
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            sys.exit(1)
        collect_as_usual()
        building.clear()
        built.append(app)
        return app

    class AppGroup(FlaskGroup):
        def invoke(self, ctx: click.Context) -> object:
            with _telling_faults(building, built):
                return super().invoke(ctx)

    # Flask would overwrite the profile's debug flag with its own reading of FLASK_DEBUG.
    group = AppGroup(
        create_app=build, set_debug_flag=False, load_dotenv=False, help="Run a command of the app."
    )
    group.params = [_read_named_file(one) for one in group.params]
    # Raises SystemExit with Flask's own status.
    group.main(list(arguments), prog_name=f"assembler flask {profile}")


@contextmanager
def _telling_faults(building: list[str], built: list[Flask]) -> Iterator[None]:
    """End the process as its status says, with what the app's own code raises told.

    Args:
        building: Not empty while an app is built: an error then is ours.
        built: The app, once there is one.
    """
    from assembler.runners.boot import STATUS_INTERRUPTED

    try:
        yield
    except KeyboardInterrupt:
        # click would exit with 1, which means a fault of the app
        write_error("interrupted")
        raise SystemExit(STATUS_INTERRUPTED) from None
    except BaseException as error:
        _mask_message(error, built)
        if isinstance(error, CLICKS) or _is_ours(error) or building:
            raise
        write_error(render_app_traceback(error, _get_scrub(built)).rstrip())
        raise SystemExit(1) from None


def _mask_message(error: BaseException, built: list[Flask]) -> None:
    """Mask what click or Python prints of an error with which the app's own code ends a command."""
    if isinstance(error, click.ClickException):
        vars(error)["message"] = _get_scrub(built)(error.message)  # final, for whoever checks types
    elif isinstance(error, SystemExit) and isinstance(error.code, str):
        error.code = _get_scrub(built)(error.code)


def _get_scrub(built: list[Flask]) -> Callable[[str], str]:
    """Return what masks the app's secrets; without an app, those of the environment."""
    report = built[0].extensions.get("assembler") if built else None
    if report is not None:
        scrub: Callable[[str], str] = report.scrub
        return scrub
    secrets = Secrets()
    secrets.add(*iter_environment_secrets(os.environ))
    return secrets.scrub


def _is_ours(error: BaseException) -> bool:
    """Return whether an error is not the app's: a defect of ours, or what is handled elsewhere."""
    is_pipe = isinstance(error, OSError) and error.errno == errno.EPIPE
    return is_pipe or is_raised_by_assembler(error)


def _read_named_file(option: click.Parameter) -> click.Parameter:
    """Return an option of Flask's; a file of ``--env-file`` wins over those that were read."""
    if option.name != "env_file":
        return option

    def read(_context: click.Context, _option: click.Parameter, file: str | None) -> None:
        if file is not None:
            read_env_files(file)

    own = copy(option)  # Flask's is the same object in every group
    own.callback = read
    return own
