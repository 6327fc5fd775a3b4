"""Reload a running server."""

from __future__ import annotations

import click

from assembler.commands.arguments import ProfileCommand, policy_option, profile_argument
from assembler.commands.server_choice import (
    ServerChoice,
    allow_degraded_option,
    change_server,
    server_options,
)

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler reload profiles/web.yaml
  assembler reload profiles/web.yaml --bind 127.0.0.1:5001
"""


@click.command(
    "reload",
    cls=ProfileCommand,
    short_help="Take an edited profile over, without a break.",
    epilog=EPILOG,
)
@profile_argument
@server_options
@allow_degraded_option
@policy_option
def command(
    *,
    profile: str,
    bind: str | None,
    control: str | None,
    allow_degraded: bool,
    policy_file: str | None,
) -> int:
    """Have the running server of PROFILE take the profile over as it is on disk now.

    It is linted and tried in a process of its own first. Answers when it is decided: exit status 0,
    or 1 with the reason; then the server goes on unchanged.
    """
    server = ServerChoice(profile, bind, control, policy_file)
    return change_server(server, "reload", allow_degraded=allow_degraded)
