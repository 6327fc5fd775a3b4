"""Print the JSON Schema of profiles, or of ledgers."""

from __future__ import annotations

import json
from pathlib import Path

import click

from assembler.planning.schema import build_schema
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

LEDGER_SCHEMA = Path(__file__).parent.parent / "ledger" / "ledger.schema.json"

EPILOG = """\b
Examples:
  assembler schema > profile.schema.json
  assembler schema --ledger > ledger.schema.json
"""


@click.command("schema", short_help="Print the JSON Schema of profiles.", epilog=EPILOG)
@click.option("--ledger", is_flag=True, help="Of what `inspect --output-format json` prints.")
def command(*, ledger: bool) -> int:
    """Print the JSON Schema of profiles (draft 2020-12), for editors and CI.

    It covers the options of every catalogue step, including those of other installed packages. The
    schema without the latter is the file profile.schema.json of this package.
    """
    if ledger:
        click.echo(LEDGER_SCHEMA.read_text("utf-8"), nl=False)
        return 0
    ignore_current_folder()
    click.echo(json.dumps(build_schema(), indent=2))
    return 0
