"""Run any Flask command on a profile's app."""

from __future__ import annotations

import os
import sys
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
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import prepare_path
from assembler.policy import find_policy
from assembler.rendering.console import write_diagnostics, write_error

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["command"]

STATUS_TERMINATED = 143  # as a shell reports SIGTERM

EPILOG = """\b
Examples:
  assembler flask profiles/web.yaml routes
  assembler flask profiles/web.yaml shell
  assembler flask profiles/migrations.yaml db history
"""


@click.command(
    "flask",
    cls=ProfileCommand,
    short_help="Run any Flask command on a profile's app.",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@policy_option
@profile_argument
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, profile: str, arguments: tuple[str, ...], policy_file: str | None) -> None:
    """Run a Flask command on the app of PROFILE, such as routes, shell, db or one of its own."""
    from flask.cli import FlaskGroup

    from assembler.entry.flask import build_flask_app
    from assembler.runners.boot import STATUS_INTERRUPTED, leaving_on_sigterm
    from assembler.runners.garbage import collect_as_usual

    prepare_path(find_policy(os.environ, Path.cwd(), policy_file), Path.cwd())

    # Called once Flask's own --debug and --env-file have changed the environment.
    def build() -> Flask:
        try:
            # Only while it assembles: a server ends in Flask's own way, and in a patched process
            # the signal may arrive in any greenlet.
            with leaving_on_sigterm(STATUS_TERMINATED):
                app = build_flask_app(profile, policy_file)
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            sys.exit(1)
        collect_as_usual()
        return app

    class AppGroup(FlaskGroup):
        def invoke(self, ctx: click.Context) -> object:
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                # click would exit with 1, which means a fault of the app
                write_error("interrupted")
                raise SystemExit(STATUS_INTERRUPTED) from None

    # Flask would overwrite the profile's debug flag with its own reading of FLASK_DEBUG.
    group = AppGroup(
        create_app=build, set_debug_flag=False, load_dotenv=False, help="Run a command of the app."
    )
    group.params = [_read_named_file(one) for one in group.params]
    # Raises SystemExit with Flask's own status.
    group.main(list(arguments), prog_name=f"assembler flask {profile}")


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
