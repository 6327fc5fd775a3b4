"""Run any Flask command on a profile's app."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import policy_option, profile_argument
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import prepare_path
from assembler.policy import find_policy
from assembler.rendering.console import write_diagnostics, write_error

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["command"]

STATUS_INTERRUPTED = 130
STATUS_TERMINATED = 143  # as a shell tells a process that SIGTERM ended

EPILOG = """\b
Examples:
  assembler flask profiles/web.yaml routes
  assembler flask profiles/web.yaml shell
  assembler flask profiles/migrations.yaml db history
"""


@click.command(
    "flask",
    short_help="Run any Flask command on a profile's app.",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@policy_option
@profile_argument
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, profile: str, arguments: tuple[str, ...], policy_file: str | None) -> None:
    """Run a Flask command on the assembled app of PROFILE: routes, shell, db …, its own."""
    from flask.cli import FlaskGroup

    from assembler.entry.flask import build_flask_app
    from assembler.runners.stopping import leaving_on_sigterm

    prepare_path(find_policy(os.environ, Path.cwd(), policy_file), Path.cwd())

    # Asked for once Flask's own --debug and --env-file have changed the environment.
    def build() -> Flask:
        try:
            # Only while it assembles: what serves afterwards ends in Flask's way, and a greenlet
            # of a patched process may be where the signal arrives.
            with leaving_on_sigterm(STATUS_TERMINATED):
                return build_flask_app(profile, policy_file)
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            sys.exit(1)

    class AppGroup(FlaskGroup):
        def invoke(self, ctx: click.Context) -> object:
            try:
                return super().invoke(ctx)
            except KeyboardInterrupt:
                # click would leave with 1, which says that the app is at fault
                write_error("interrupted")
                raise SystemExit(STATUS_INTERRUPTED) from None

    # The debug flag is the profile's: Flask would overwrite it with its own reading of FLASK_DEBUG.
    group = AppGroup(create_app=build, set_debug_flag=False, help="Commands of the app.")
    # Flask's command leaves by SystemExit, with its own status.
    group.main(list(arguments), prog_name=f"assembler flask {profile}")
