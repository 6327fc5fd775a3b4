"""Run Celery's worker with a profile's app."""

from __future__ import annotations

import click

from assembler.commands.arguments import ProfileCommand, policy_option, profile_argument
from assembler.commands.celery_process import become_celery

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler worker profiles/worker.yaml
  assembler worker profiles/worker.yaml -- -Q mail -c 4
"""


@click.command(
    "worker",
    cls=ProfileCommand,
    short_help="Run Celery's worker with a profile's app.",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@policy_option
@profile_argument
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, profile: str, arguments: tuple[str, ...], policy_file: str | None) -> None:
    """Run Celery's worker with the app of PROFILE, whose role is worker.

    The pool, its concurrency and the queues are the profile's, unless ARGUMENTS, which are those of
    `celery worker`, say otherwise. A pool of processes assembles the app in each of them.
    """
    become_celery("worker", profile, arguments, policy_file)
