"""Assemble a profile's app and serve it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from assembler.commands.arguments import ProfileCommand, chosen_profile_argument, policy_option
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler run profiles/web.yaml
  assembler run profiles/web.yaml --bind 0.0.0.0:8000 --workers auto
  assembler run profiles/debug.yaml --debug --reload
"""


def _parse_workers(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> int | str | None:
    if value is None or value == "auto":
        return value
    if value.isdecimal() and int(value) >= 1:
        return int(value)
    message = f'expected a number from 1, or auto, got "{value}"'
    raise click.BadParameter(message)


def _check_binds(
    _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    from assembler.serving.bind import parse_bind_options

    try:
        parse_bind_options(value)
    except ProfileError as error:
        (found,) = error.diagnostics
        message = f"{found.message}. {found.hint or ''}".strip()
        raise click.BadParameter(message) from error
    return value


@click.command(
    "run", cls=ProfileCommand, short_help="Assemble a profile's app and serve it.", epilog=EPILOG
)
@chosen_profile_argument
@click.option(
    "--bind",
    multiple=True,
    metavar="ADDRESS",
    callback=_check_binds,
    help="HOST:PORT or unix:PATH. May be repeated.",
)
@click.option("--workers", metavar="N|auto", callback=_parse_workers, help="Number of processes.")
@click.option("--debug/--no-debug", default=None, help="Override the profile's `debug`.")
@click.option(
    "--reload/--no-reload",
    "reload",
    default=None,
    help="Restart after edits. Default: on with debug.",
)
@click.option(
    "--watch/--no-watch",
    default=None,
    help="Take over edits of the profile, and of what it reads, without a restart.",
)
@click.option(
    "--rescue",
    is_flag=True,
    help="Serve the last profile that served well if this one cannot be assembled at the start.",
)
@click.option("--unsafe-debug", is_flag=True, help="Allow debug on an address beyond loopback.")
@click.option("--any-role", is_flag=True, help="Serve a profile whose role is not web, too.")
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    profile: str,
    bind: tuple[str, ...],
    workers: int | Literal["auto"] | None,
    debug: bool | None,
    reload: bool | None,
    watch: bool | None,
    rescue: bool,
    unsafe_debug: bool,
    any_role: bool,
    policy_file: str | None,
) -> int:
    """Assemble the app of PROFILE and serve it.

    Only the role web is served, unless --any-role is given. Options override the profile. With
    gunicorn, each worker applies the patches and assembles the app. If that fails, the diagnostic
    is printed once and the exit status is 1.
    """
    from assembler.runners.loading import Overrides
    from assembler.runners.serve import serve_profile

    overrides = Overrides(
        policy_file, bind, workers, debug, reload, unsafe_debug, any_role, watch, rescue
    )
    return serve_profile(profile, overrides, _lint)


def _lint(profile: str, policy_file: str | None) -> list[Diagnostic]:
    """Lint a profile as `assembler lint --env` does, without those that extend it."""
    from assembler.diagnostics.diagnostic import Collector
    from assembler.linting.engine import Linter
    from assembler.linting.project_selection import choose_rules
    from assembler.policy import find_policy

    policy = find_policy(os.environ, Path.cwd(), policy_file)
    selection = choose_rules(policy, (), (), Collector())
    return Linter(policy, selection, os.environ).lint_alone(profile)
