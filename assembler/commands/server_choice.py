"""Declare the options that choose a running server."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from assembler.policy import find_policy
from assembler.rendering.console import write_error
from assembler.runners.control_client import ask_servers, ask_socket, choose_server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ServerChoice", "allow_degraded_option", "change_server", "find_root", "server_options"]

OPTIONS = (
    click.option("--bind", metavar="ADDRESS", help="An address of the server that is meant."),
    click.option(
        "--control",
        metavar="PATH",
        type=click.Path(path_type=str, readable=False),
        help="The server's control socket, where the profile says `server.control`.",
    ),
)


def server_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(OPTIONS):
        function = option(function)
    return function


def find_root(profile: str, policy_file: str | None) -> Path:
    """Return the project's root: the policy file's folder, else the profile's.

    Raises:
        ProfileError: if the policy cannot be read.
    """
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    return policy.root or Path(profile).absolute().parent


allow_degraded_option = click.option(
    "--allow-degraded",
    is_flag=True,
    help="Accept steps that work only in part, though they did not before.",
)


class ServerChoice(NamedTuple):
    """Which server is meant."""

    profile: str
    bind: str | None
    control: str | None
    policy_file: str | None


def change_server(server: ServerChoice, kind: str, *, allow_degraded: bool) -> int:
    """Ask a server for a reload or a rollback, and print what came of it.

    Raises:
        ProfileError: if no server, or more than one, is meant.
    """
    root = find_root(server.profile, server.policy_file)
    found = ask_servers(server.profile, root, server.control)
    path, _ = choose_server(server.profile, found, server.bind)
    try:
        verdict = ask_socket(path, do=kind, allow_degraded=allow_degraded)
    except OSError as error:
        write_error(f"the {kind} was not decided: {error}")
        return 1
    if verdict["refused"] is not None:
        for part in (verdict["output"], verdict["refused"], _find_rest(verdict)):
            if part.strip():
                write_error(part.rstrip())
        write_error(f"the {kind} was refused, generation {verdict['generation']} serves on")
        return 1
    click.echo(f"generation {verdict['generation']} serves {verdict['digest']}")
    for loss in verdict["losses"]:
        write_error(f"since the {kind} {loss}")
    with suppress(OSError):
        if ask_socket(path, do="status")["state"] == "probation":
            said = "in probation: too many 5xx answers bring the one before back"
            click.echo(f"{said}; see `assembler status {server.profile}`")
    return 0


def _find_rest(verdict: Mapping[str, str]) -> str:
    """Return what was said beside the reason."""
    said, reason = verdict["said"], verdict["refused"]
    return said.partition("\n")[2] if said.startswith(reason) else said
