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
from assembler.diagnostics.diagnostic import ProfileError
from assembler.planning.loading import load_profile
from assembler.planning.step_forms import find_secret_options
from assembler.rendering.console import render_masked
from assembler.rendering.profile import render_profile
from assembler.rendering.status import find_changes, render_status
from assembler.runners.control_client import ask_servers, choose_server
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    on_disk = _read_on_disk(profile, policy_file)
    shown = [_compare(one, on_disk) for _, one in found]
    if output_format == "json":
        click.echo(json.dumps(shown, indent=2))
    else:
        click.echo("\n".join(map(render_status, shown)), nl=False)
    return 0


def _read_on_disk(profile: str, policy_file: str | None) -> tuple[str | None, str]:
    """Return the digest of the profile on disk and its text; without one, why it is broken."""
    try:
        composed = load_profile(profile, env=None, policy_file=policy_file).composed
    except ProfileError as error:
        return None, render_masked(error.diagnostics).partition("\n")[0]
    return composed.digest, render_profile(mask_profile(composed.root, find_secret_options))


def _compare(status: dict[str, Any], on_disk: tuple[str | None, str]) -> Mapping[str, Any]:
    digest, text = on_disk
    running = status.pop("composed")
    if digest is None:
        found: dict[str, Any] = {"state": f"broken: {text}", "digest": None, "changes": []}
    elif digest == status["digest"]:
        found = {"state": "the same", "digest": digest, "changes": []}
    else:
        found = {"state": "edited", "digest": digest, "changes": find_changes(running, text)}
    del status["done"]
    return {**status, "on_disk": found}
