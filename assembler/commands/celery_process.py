"""Build the commands that become one of Celery's own, with the app of a profile."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from assembler.commands.arguments import ProfileCommand, policy_option, profile_argument
from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.entry.celery_command import parse_celery_command
from assembler.entry.profile_choice import VARIABLE
from assembler.language.condition import is_installed
from assembler.planning.loading import load_plan
from assembler.serving.celery_pool import find_pool_fault

__all__ = ["build_celery_command"]


def build_celery_command(name: str, summary: str, text: str, epilog: str) -> click.Command:
    """Build the command that is like ``celery NAME``, with the app of its argument PROFILE.

    Args:
        name: ``worker`` or ``beat``.
        summary: Its line in the list of commands.
        text: Its help.
        epilog: The examples below the help.
    """

    @click.command(
        name,
        cls=ProfileCommand,
        help=text,
        short_help=summary,
        epilog=epilog,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )
    @policy_option
    @profile_argument
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(*, profile: str, arguments: tuple[str, ...], policy_file: str | None) -> None:
        _become_celery(name, profile, arguments, policy_file)

    return command


def _become_celery(
    name: str, profile: str, arguments: tuple[str, ...], policy_file: str | None
) -> NoReturn:
    """Replace this process by ``celery``, which checks the profile's role itself.

    Celery patches for its pool before it imports anything of the app, which takes a new process.

    Raises:
        ProfileError: if the profile is wrong, its pool is not as its patches say, or Celery is not
            installed.
    """
    arguments = arguments[arguments[:1] == ("--",) :]
    command = parse_celery_command([name, *arguments])
    plan = load_plan(profile, policy_file=policy_file, pool=command.pool).plan
    fault = find_pool_fault(plan)
    found = [] if fault is None else [fault]
    if not is_installed("celery"):
        message = 'the package "celery" is not installed'
        hint = 'Run `pip install "flask-assembler[celery]"`.'
        found.append(codes.PACKAGE_MISSING.at(Place(profile), message, hint=hint))
    if found:
        raise ProfileError(found)
    os.environ[VARIABLE] = profile
    if policy_file is not None:
        os.environ["ASSEMBLER_POLICY"] = str(Path(policy_file).absolute())
    pool = [] if name == "beat" or command.pool is not None else ["--pool", plan.pool or "prefork"]
    celery = ["-m", "celery", "--app", "assembler.celery", name, *pool, *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *celery])  # noqa: S606 - no shell is needed
