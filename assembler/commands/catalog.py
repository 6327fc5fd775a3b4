"""Print what a step may use, and its options."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import output_format_option, policy_option
from assembler.commands.catalog_entries import (
    ALWAYS_LISTED,
    KINDS,
    iter_entries,
    render_entry,
    render_list,
)
from assembler.commands.completion import complete_catalog
from assembler.diagnostics.diagnostic import Collector
from assembler.diagnostics.suggestion import render_suggestion
from assembler.planning.step_forms import iter_form_faults
from assembler.references.reference import is_catalog_name
from assembler.rendering.console import write_diagnostics
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from assembler.rendering.diagnostics import OutputFormat

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler catalog
  assembler catalog --sources
  assembler catalog database
  assembler catalog flask_login:LoginManager
  assembler catalog --output-format json
"""


@click.command("catalog", short_help="Print what a step may use, and its options.", epilog=EPILOG)
@click.argument("name", metavar="[NAME|OBJECT]", required=False, shell_complete=complete_catalog)
@click.option("--patches", "kinds", flag_value="patch", multiple=True, help="The patches.")
@click.option("--sources", "kinds", flag_value="config", multiple=True, help="The config sources.")
@click.option("--adapters", "kinds", flag_value="adapter", multiple=True, help="What `as` names.")
@click.option(
    "--servers", "kinds", flag_value="server", multiple=True, help="What `server.use` names."
)
@policy_option
@output_format_option
def command(
    *,
    name: str | None,
    kinds: tuple[str, ...],
    policy_file: str | None,
    output_format: OutputFormat | None,
) -> int:
    """Print what a step may use: patches, config sources, and extensions by what they are for.

    With NAME, its options. With an object reference, such as `flask_login:LoginManager`, what
    `with` and `init` may hold for it; its source is read and not imported.
    """
    ignore_current_folder()
    if name is not None and not is_catalog_name(name):
        return _print_object(name, policy_file, output_format)
    shown = kinds or (tuple(KINDS) if name else ALWAYS_LISTED)
    entries = [one for one in iter_entries(shown) if name in (None, one.name)]
    groups = {KINDS[kind].group for kind in shown}
    faults = [(other, one) for other, one in iter_form_faults() if one.place.path in groups]
    found = Collector([one for other, one in faults if name in (None, other)])
    if not entries and not found.has_errors:
        known = [one.name for one in iter_entries(kinds or ALWAYS_LISTED)]
        hint = render_suggestion(name or "", known, f"The names are {', '.join(known)}.")
        raise click.UsageError(f"unknown catalogue name '{name}'. {hint}")
    if output_format == "json":
        _print_json([one.to_dict() for one in entries])
    elif name is None:
        click.echo(render_list(entries), nl=False)
    else:
        click.echo("\n".join(map(render_entry, entries)), nl=False)
    if found.found and output_format != "json":
        write_diagnostics(found.found, output_format)
    return 1 if found.has_errors else 0


def _print_object(name: str, policy_file: str | None, output_format: OutputFormat | None) -> int:
    from assembler.commands.catalog_object import find_object, render_object, to_dict
    from assembler.policy import find_policy

    found = find_object(name, find_policy(os.environ, Path.cwd(), policy_file))
    if output_format == "json":
        _print_json([to_dict(name, found)])
    else:
        click.echo(render_object(name, found), nl=False)
    return 0


def _print_json(entries: list[dict[str, Any]]) -> None:
    click.echo(json.dumps(entries, indent=2))
