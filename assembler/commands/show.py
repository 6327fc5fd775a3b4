"""Print a composed profile, where each value was set, and the variables it reads."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import (
    ProfileCommand,
    output_format_option,
    policy_option,
    profile_argument,
)
from assembler.commands.show_files import list_file_keys, render_file_keys
from assembler.commands.show_variables import list_rows, render_variables
from assembler.comparing.givers import find_places_of_givers, render_giver
from assembler.language.interpolation import escape_dollars
from assembler.planning.loading import load_profile
from assembler.planning.step_forms import find_secret_options
from assembler.policy import find_policy
from assembler.rendering.profile import iter_origins, render_line, render_profile, to_json
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from assembler.commands.show_files import FileKeys
    from assembler.diagnostics.diagnostic import Place
    from assembler.document.nodes import MappingNode
    from assembler.language.profile import Profile
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

Facts = dict[str, object]

EPILOG = """\b
Examples:
  assembler show profiles/web.yaml
  assembler show profiles/web.yaml --origin
  assembler show profiles/web.yaml --variables
  assembler show profiles/web.yaml --no-interpolate --output-format json
"""


@click.command("show", cls=ProfileCommand, short_help="Print the composed profile.", epilog=EPILOG)
@profile_argument
@click.option(
    "--origin",
    is_flag=True,
    help="Print the file, the line and the variable that set each value.",
)
@click.option(
    "--variables",
    is_flag=True,
    help="Print every variable that the profile reads, its default and whether it is set.",
)
@click.option("--no-interpolate", is_flag=True, help="Keep every ${…} as written.")
@output_format_option
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    profile: str,
    origin: bool,
    variables: bool,
    no_interpolate: bool,
    output_format: str | None,
    policy_file: str | None,
) -> int:
    """Print PROFILE merged with its bases and with variables filled in. Secrets are masked."""
    ignore_current_folder()
    env = None if no_interpolate or variables else os.environ
    loaded = load_profile(profile, env=env, policy_file=policy_file)
    if variables:
        rows = list_rows(loaded, os.environ)
        is_json = output_format == "json"
        click.echo(json.dumps(rows, indent=2) if is_json else render_variables(rows), nl=is_json)
        return 0
    shown = loaded.composed.root if no_interpolate else loaded.node
    root = mask_profile(shown, find_secret_options)
    if output_format == "json":
        told = _describe_origins(loaded, root, shown, policy_file) if origin else to_json(root)
        click.echo(json.dumps(told, indent=2))
        return 0
    notes = _render_notes(loaded, root, shown) if origin else None
    written = root if no_interpolate else escape_dollars(root)
    click.echo(render_profile(written, notes), nl=False)
    if origin:
        click.echo(render_file_keys(_list_file_keys(loaded, policy_file)), nl=False)
    return 0


def _render_notes(loaded: Profile, root: MappingNode, shown: MappingNode) -> dict[Place, str]:
    """Return what is said of a value beside its place: which variables gave it, what moved it."""
    notes = {
        place: "".join(f", {render_giver(one)}" for one in facts)
        for place, facts in find_places_of_givers(shown).items()
    }
    for place, moved in loaded.composed.changes.find_moves(root).items():
        notes[place] = notes.get(place, "") + "".join(map(_render_move, moved))
    return notes


def _describe_origins(
    loaded: Profile, root: MappingNode, shown: MappingNode, policy_file: str | None
) -> dict[str, Facts]:
    """Return each value with where it is from, by its key path."""
    givers = find_places_of_givers(shown)
    moves = loaded.composed.changes.find_moves(root)
    origins: dict[str, Facts] = {}
    for key_path, scalar in iter_origins(root):
        place = scalar.place
        facts = origins[key_path] = {
            "value": to_json(scalar),
            "path": place.path,
            "line": place.span.line,
        }
        if place in givers:
            facts["variables"] = givers[place]
        if place in moves:
            facts["moved"] = [
                {"from": render_line(old), "by": render_line(new)} for old, new in moves[place]
            ]
    for one in _list_file_keys(loaded, policy_file):
        facts = origins[f"config[{one.number}].with.path"]
        facts["sets"] = {key: {"path": one.path, "line": line} for key, line in one.lines.items()}
    return origins


def _list_file_keys(loaded: Profile, policy_file: str | None) -> list[FileKeys]:
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    return list_file_keys(loaded, policy, os.environ)


def _render_move(move: tuple[Place, Place]) -> str:
    old, new = move
    return f", moved from {render_line(old)} by {render_line(new)}"
