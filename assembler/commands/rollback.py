"""Take the last reload of a running server back."""

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
  assembler rollback profiles/web.yaml
  assembler rollback profiles/web.yaml --bind 127.0.0.1:5001
"""


@click.command(
    "rollback", cls=ProfileCommand, short_help="Go back to the generation before.", epilog=EPILOG
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
    """Have the running server of PROFILE go back to the generation before the one that serves.

    That is its profile; code is what is on disk now. It is tried first, as with reload. Exit status
    0, or 1 with the reason; then the server goes on unchanged.
    """
    server = ServerChoice(profile, bind, control, policy_file)
    return change_server(server, "rollback", allow_degraded=allow_degraded)
