"""Run any Flask command on a profile's app."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import load_command_plan, policy_option, profile_argument
from assembler.console import write_diagnostics

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["command"]

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
    """Run a Flask command on the assembled app of PROFILE: routes, shell, db …, or the app's own."""
    load_command_plan(profile, policy_file)

    from flask.cli import FlaskGroup

    def build() -> Flask:
        from assembler.create import apply_plan_patches, assemble
        from assembler.diagnostics import ProfileError

        try:
            # Anew, since Flask's own --debug and --env-file may have changed the environment.
            loaded = load_command_plan(profile, policy_file, quiet=True)
            return assemble(loaded, apply_plan_patches(loaded))
        except ProfileError as error:
            write_diagnostics(error.diagnostics)
            sys.exit(1)

    # The debug flag is the profile's: Flask would overwrite it with its own reading of FLASK_DEBUG.
    group = FlaskGroup(create_app=build, set_debug_flag=False, help="Commands of the app.")
    # Flask's command leaves by SystemExit, with its own status.
    group.main(list(arguments), prog_name=f"assembler flask {profile}")
