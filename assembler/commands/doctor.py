"""Try a profile's environment for real."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import (
    ProfileCommand,
    output_format_option,
    policy_option,
    profile_argument,
)
from assembler.rendering.console import write_error
from assembler.rendering.table import render_table

if TYPE_CHECKING:
    from assembler.doctor.examination import Row

__all__ = ["command"]

HEADER = ("check", "verdict", "found")
POLL_SECONDS = 1.0
EPILOG = """\b
Examples:
  assembler doctor profiles/web.yaml
  assembler doctor profiles/web.yaml --wait 60
  assembler doctor profiles/web.yaml --output-format json
"""


@click.command(
    "doctor", cls=ProfileCommand, short_help="Try a profile's environment for real.", epilog=EPILOG
)
@profile_argument
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="SECONDS",
    help="Try again for so long until nothing fails, as an init step.",
)
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long one try may take.",
)
@output_format_option
@policy_option
def command(
    *,
    profile: str,
    wait_seconds: float,
    timeout_seconds: float,
    output_format: str | None,
    policy_file: str | None,
) -> int:
    """Try the environment of PROFILE for real, and say what to do about each finding.

    Loads the profile, opens and closes its addresses, applies its patches, assembles the app as a
    reload tries it, and asks its databases; all in a process that ends afterwards. Exit status 1:
    something failed. A warning is none.
    """
    from assembler.doctor.attempt import attempt, is_well

    deadline = time.monotonic() + wait_seconds
    has_said = False
    while True:
        rows = attempt(profile, policy_file, os.environ, timeout_seconds)
        if is_well(rows) or time.monotonic() + POLL_SECONDS > deadline:
            break
        if not has_said:
            failed = ", ".join(dict.fromkeys(row.check for row in rows if row.verdict == "failed"))
            write_error(f"waiting up to {wait_seconds:g} s until nothing fails: {failed}")
            has_said = True
        time.sleep(POLL_SECONDS)
    _print(rows, is_json=output_format == "json")
    return 0 if is_well(rows) else 1


def _print(rows: list[Row], *, is_json: bool) -> None:
    if is_json:
        click.echo(json.dumps([row._asdict() for row in rows], indent=2))
        return
    cells = [(row.check, row.verdict, _render_found(row)) for row in rows]
    click.echo(render_table(HEADER, cells), nl=False)


def _render_found(row: Row) -> str:
    """Render what was found, with what to do on a line of its own, as of diagnostics."""
    return f"{row.found}\n  hint: {row.remedy}" if row.remedy else row.found
