"""Print what a running server is made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    ProfileCommand,
    output_format_option,
    policy_option,
    profile_argument,
)
from assembler.commands.server_choice import find_root, server_options
from assembler.rendering.status import render_status
from assembler.runners.control_client import ask_servers, choose_server
from assembler.runners.on_disk import compare_on_disk, read_on_disk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.runners.on_disk import OnDisk

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler status profiles/web.yaml
  assembler status profiles/web.yaml --bind 127.0.0.1:5001
  assembler status profiles/web.yaml --output-format json
"""


@click.command(
    "status",
    cls=ProfileCommand,
    short_help="Print what a running server is made of.",
    epilog=EPILOG,
)
@profile_argument
@server_options
@output_format_option
@policy_option
def command(
    *,
    profile: str,
    bind: str | None,
    control: str | None,
    output_format: str | None,
    policy_file: str | None,
) -> int:
    """Print what each running server of PROFILE is made of.

    Its generation, its workers, what was skipped and why, the last reload that was refused, and
    what of the profile on disk is not what runs. Exit status 1: none runs.
    """
    root = find_root(profile, policy_file)
    found = ask_servers(profile, root, control)
    if bind is not None or not found:
        found = [choose_server(profile, found, bind)]
    on_disk = read_on_disk(profile, policy_file)
    shown = [_compare(one, on_disk) for _, one in found]
    if output_format == "json":
        click.echo(json.dumps(shown, indent=2))
    else:
        click.echo("\n".join(map(render_status, shown)), nl=False)
    return 0


def _compare(status: dict[str, Any], on_disk: OnDisk) -> Mapping[str, Any]:
    running = status.pop("composed")
    del status["done"]
    return {**status, "on_disk": compare_on_disk(status["digest"], running, on_disk)}
