"""Declare the arguments and options that commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from assembler.commands.completion import complete_profiles
from assembler.rendering.console import write_diagnostics
from assembler.rendering.diagnostics import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.planning.loading import Loaded

__all__ = [
    "OUTPUT_FORMAT",
    "ProfileCommand",
    "chosen_profile_argument",
    "json_option",
    "load_command_plan",
    "output_format_option",
    "parse_json",
    "policy_option",
    "profile_argument",
    "read_env_files",
    "split_arguments",
    "timeout_option",
]

OUTPUT_FORMAT = "assembler.output_format"  # where click's context keeps it
DEFAULT = "web.yaml"  # in the folder of profiles, where no profile is named


class ProfileCommand(click.Command):
    """A command on a profile: what `.env` and `.flaskenv` set is in force before the profile."""

    def invoke(self, ctx: click.Context) -> object:
        """Read the files, choose a profile where none is named, then run the command."""
        read_env_files()
        if ctx.params.get("profile", "") is None:
            ctx.params["profile"] = _choose_profile(ctx)
        return super().invoke(ctx)


def _choose_profile(ctx: click.Context) -> str:
    """Return the profile that the environment names, else the project's `web.yaml`.

    Raises:
        UsageError: if there is neither.
    """
    from assembler.entry.profile_choice import VARIABLE, choose_profile
    from assembler.files import is_file
    from assembler.policy import find_policy

    policy = find_policy(os.environ, Path.cwd(), ctx.params.get("policy_file"))
    default = os.path.relpath((policy.root or Path()) / policy.settings.profiles / DEFAULT)
    if not os.environ.get(VARIABLE) and not is_file(default):
        message = f"no PROFILE is given: {VARIABLE} is not set, and there is no {default}"
        raise click.UsageError(message, ctx)
    return choose_profile(default)


def read_env_files(named: str | None = None) -> None:
    """Read the files of environment variables, and print what of them is not in force.

    Raises:
        ProfileError: if a file cannot be read.
    """
    from assembler.language.environment import load_env_files

    notes = load_env_files(named)
    if notes:
        write_diagnostics(notes)


def _remember_format(
    context: click.Context, _parameter: click.Parameter, value: OutputFormat | None
) -> OutputFormat | None:
    """Keep the format for the command line, which prints the diagnostics of a failed command."""
    context.meta[OUTPUT_FORMAT] = value
    return value


# Not checked by click: a missing file is the profile's fault (1), and gets a diagnostic.
_PROFILE = click.Path(path_type=str, readable=False)
profile_argument = click.argument("profile", type=_PROFILE, shell_complete=complete_profiles)
chosen_profile_argument = click.argument(
    "profile", type=_PROFILE, required=False, shell_complete=complete_profiles
)
policy_option = click.option(
    "--policy",
    "policy_file",
    metavar="FILE",
    type=click.Path(path_type=str, readable=False),
    help="The file with [tool.assembler]. Default: the nearest pyproject.toml, searched upward.",
)

# Of diagnostics, and with ``json`` of the result as well.
output_format_option = click.option(
    "--output-format",
    type=click.Choice(get_args(OutputFormat)),
    callback=_remember_format,
    help="How to print diagnostics. Default: full on a terminal, else concise.",
)


timeout_option = click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long assembling may take.",
)


def parse_json(
    _context: click.Context, parameter: click.Parameter, value: str | None
) -> object | None:
    """Return what JSON says; what does not begin as a list or a mapping may be a plain text."""
    if value is None:
        return None
    import json

    try:
        read: object = json.loads(value)
    except ValueError as error:
        if value.lstrip()[:1] not in {"[", "{"}:
            return value
        message = f"{parameter.opts[0]} is no JSON: {error}"
        raise click.BadParameter(message) from error
    return read


def json_option(name: str, said: str) -> Callable[[Any], Any]:
    """Return an option whose value is JSON; ``{"$import": "module:attribute"}`` is that object."""
    return click.option(name, callback=parse_json, metavar="JSON", help=said)


def split_arguments(given: Any) -> tuple[list[Any], dict[str, Any]]:  # noqa: ANN401 - any JSON
    """Return the positional and the keyword arguments that a value of JSON stands for."""
    if isinstance(given, dict) and set(given) != {"$import"}:
        return [], given
    return (given if isinstance(given, list) else [] if given is None else [given]), {}


def load_command_plan(profile: str, policy_file: str | None) -> Loaded:
    """Load the plan of a command's profile, and print its warnings.

    Changes ``sys.path``: the current directory comes first, as with ``flask``.

    Raises:
        ProfileError: with everything that is wrong.
    """
    from assembler.planning.loading import load_plan, prepare_path

    loaded = load_plan(profile, policy_file=policy_file)
    prepare_path(loaded.policy, Path.cwd())
    if loaded.warnings:
        write_diagnostics(loaded.warnings)
    return loaded
