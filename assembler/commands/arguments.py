"""Declare the arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from assembler.rendering.console import write_diagnostics
from assembler.rendering.diagnostics import OutputFormat

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.planning.loading import Loaded

Decorated = TypeVar("Decorated", bound="Callable[..., Any]")

__all__ = ["load_command_plan", "output_format_option", "policy_option", "profile_argument"]

# Not checked by click: a missing file is the profile's fault (1), and gets a diagnostic.
profile_argument = click.argument("profile", type=click.Path(path_type=str, readable=False))
policy_option = click.option(
    "--policy",
    "policy_file",
    metavar="FILE",
    type=click.Path(path_type=str, readable=False),
    help="Where [tool.assembler] is, instead of the pyproject.toml upward from here.",
)


def output_format_option(function: Decorated) -> Decorated:
    """Declare ``--output-format``: of diagnostics, and with ``json`` of the result as well."""
    return click.option(
        "--output-format",
        type=click.Choice(get_args(OutputFormat)),
        help="How to print what is wrong; json: the result too. On a terminal: full, else concise.",
    )(function)


def load_command_plan(
    profile: str, policy_file: str | None, *, debug: bool | None = None
) -> Loaded:
    """Load a plan for a command that carries it out: warnings are said, and modules are in reach.

    Changes ``sys.path``: the current directory comes first, as ``flask`` has it.

    Raises:
        ProfileError: with everything that is wrong.
    """
    from assembler.planning.loading import load_plan, prepare_path

    loaded = load_plan(profile, policy_file=policy_file, debug=debug)
    prepare_path(loaded.policy, Path.cwd())
    if loaded.warnings:
        write_diagnostics(loaded.warnings)
    return loaded
