"""Assemble a profile's app and serve it."""

from __future__ import annotations

from pathlib import Path

import click

from assembler.commands.arguments import policy_option, profile_argument
from assembler.diagnostics.diagnostic import Place, ProfileError

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler run profiles/web.yaml
  assembler run profiles/web.yaml --bind 0.0.0.0:8000 --workers auto
  assembler run profiles/debug.yaml --debug --reload
"""


def _check_workers(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> str | None:
    if value is None or value == "auto" or (value.isdecimal() and int(value) >= 1):
        return value
    message = f'expected a number from 1, or auto, got "{value}"'
    raise click.BadParameter(message)


def _check_binds(
    _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    from assembler.serving.bind import parse_bind

    for text in value:
        try:
            parse_bind(text, Place("--bind"), Path.cwd())
        except ProfileError as error:
            (found,) = error.diagnostics
            message = f"{found.message}. {found.hint or ''}".strip()
            raise click.BadParameter(message) from error
    return value


@click.command("run", short_help="Assemble a profile's app and serve it.", epilog=EPILOG)
@profile_argument
@click.option(
    "--bind",
    multiple=True,
    metavar="ADDRESS",
    callback=_check_binds,
    help="HOST:PORT or unix:PATH; may be repeated.",
)
@click.option("--workers", metavar="N|auto", callback=_check_workers, help="How many processes.")
@click.option("--debug/--no-debug", default=None, help="Instead of the profile's `debug`.")
@click.option(
    "--reload/--no-reload", "reload", default=None, help="Restart on edits; on when debug."
)
@click.option("--unsafe-debug", is_flag=True, help="Allow debug on an address beyond loopback.")
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    profile: str,
    bind: tuple[str, ...],
    workers: str | None,
    debug: bool | None,
    reload: bool | None,
    unsafe_debug: bool,
    policy_file: str | None,
) -> int:
    """Assemble the app of PROFILE and serve it.

    The options override what the profile says. With gunicorn the app is assembled in each worker,
    patched first; a profile that cannot be assembled prints its diagnostic once and exits 1.
    """
    from assembler.runners import Overrides, serve_profile

    overrides = Overrides(policy_file, bind, workers, debug, reload, unsafe_debug)
    return serve_profile(profile, overrides)
