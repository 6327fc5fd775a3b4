"""Print the JSON Schema of profiles."""

from __future__ import annotations

import json

import click

from assembler.planning.schema import build_schema
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler schema > profile.schema.json
"""


@click.command("schema", short_help="Print the JSON Schema of profiles.", epilog=EPILOG)
def command() -> int:
    """Print the JSON Schema of profiles (draft 2020-12), for editors and CI.

    It covers the options of every catalogue step, including those of other installed packages. The
    schema without the latter is the file profile.schema.json of this package.
    """
    ignore_current_folder()
    click.echo(json.dumps(build_schema(), indent=2))
    return 0
