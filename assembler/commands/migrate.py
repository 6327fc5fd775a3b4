"""Migrate a profile's database to head."""

from __future__ import annotations

import click

from assembler.commands.arguments import (
    ProfileCommand,
    load_command_plan,
    policy_option,
    profile_argument,
)

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler migrate profiles/migrations.yaml
  assembler migrate profiles/migrations.yaml --timeout 300
  assembler migrate profiles/migrations.yaml --exact
"""


@click.command(
    "migrate", cls=ProfileCommand, short_help="Migrate a profile's database to head.", epilog=EPILOG
)
@profile_argument
@click.option("--exact", is_flag=True, help="Fail if the database is ahead of this code.")
@click.option(
    "--timeout",
    "timeout_seconds",
    type=click.FloatRange(min=0),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the database and for the migration lock.",
)
@policy_option
def command(*, profile: str, exact: bool, timeout_seconds: float, policy_file: str | None) -> int:
    """Migrate the database of PROFILE to head.

    Only one process migrates at a time. Others wait, and then find nothing to do. A database that
    newer code has migrated is left unchanged, and is an error only with --exact.
    """
    from assembler.assembling.create import apply_plan_patches, assemble

    loaded = load_command_plan(profile, policy_file)
    app = assemble(loaded, apply_plan_patches(loaded))
    try:
        from assembler.database.migration import migrate_app

        migrate_app(app, exact=exact, timeout_seconds=timeout_seconds)
    finally:
        app.extensions["assembler"].close()
    return 0
