"""Print the JSON Schema of profiles."""

from __future__ import annotations

import json

import click

from assembler.planning.schema import build_schema

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler schema > profile.schema.json
"""


@click.command("schema", short_help="Print the JSON Schema of profiles.", epilog=EPILOG)
def command() -> int:
    """Print the JSON Schema of profiles (draft 2020-12), for editors and for CI.

    With the options of every catalogue step, those of other installed packages too. Without them it
    is a file of this package, profile.schema.json.
    """
    click.echo(json.dumps(build_schema(), indent=2))
    return 0
