"""Run Celery's beat with a profile's app."""

from __future__ import annotations

import click

from assembler.commands.arguments import ProfileCommand, policy_option, profile_argument
from assembler.commands.celery_process import become_celery

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler beat profiles/beat.yaml
  assembler beat profiles/beat.yaml -- --schedule /var/lib/shop/beat
"""


@click.command(
    "beat",
    cls=ProfileCommand,
    short_help="Run Celery's beat with a profile's app.",
    epilog=EPILOG,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@policy_option
@profile_argument
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, profile: str, arguments: tuple[str, ...], policy_file: str | None) -> None:
    """Run Celery's beat with the app of PROFILE, whose role is beat.

    It sends what `beat_schedule` of the step `celery` says. ARGUMENTS are those of `celery beat`.
    """
    become_celery("beat", profile, arguments, policy_file)
