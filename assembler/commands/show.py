"""Print a composed profile, and where each value was set."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import (
    ProfileCommand,
    output_format_option,
    policy_option,
    profile_argument,
)
from assembler.language.interpolation import escape_dollars
from assembler.planning.loading import load_profile
from assembler.planning.step_forms import find_secret_options
from assembler.rendering.profile import iter_origins, render_line, render_profile, to_json
from assembler.secrets.masking import mask_profile

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Place
    from assembler.rendering.profile import Moves

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler show profiles/web.yaml
  assembler show profiles/web.yaml --origin
  assembler show profiles/web.yaml --no-interpolate --output-format json
"""


@click.command("show", cls=ProfileCommand, short_help="Print the composed profile.", epilog=EPILOG)
@profile_argument
@click.option("--origin", is_flag=True, help="Print the file and line that set each value.")
@click.option("--no-interpolate", is_flag=True, help="Keep every ${…} as written.")
@output_format_option
@policy_option
def command(
    *,
    profile: str,
    origin: bool,
    no_interpolate: bool,
    output_format: str | None,
    policy_file: str | None,
) -> int:
    """Print PROFILE merged with its bases and with variables filled in. Secrets are masked."""
    env = None if no_interpolate else os.environ
    loaded = load_profile(profile, env=env, policy_file=policy_file)
    shown = loaded.composed.root if no_interpolate else loaded.node
    root = mask_profile(shown, find_secret_options)
    moves = loaded.composed.changes.find_moves(root) if origin else None
    if output_format != "json":
        written = root if no_interpolate else escape_dollars(root)
        click.echo(render_profile(written, moves), nl=False)
    elif moves is not None:
        origins: dict[str, dict[str, object]] = {
            key_path: {
                "value": to_json(scalar),
                "path": scalar.path,
                "line": scalar.place.span.line,
                **({"moved": moved} if (moved := _list_moves(moves, scalar.place)) else {}),
            }
            for key_path, scalar in iter_origins(root)
        }
        click.echo(json.dumps(origins, indent=2))
    else:
        click.echo(json.dumps(to_json(root), indent=2))
    return 0


def _list_moves(moves: Moves, place: Place) -> list[dict[str, str]]:
    return [{"from": render_line(old), "by": render_line(new)} for old, new in moves.get(place, ())]
