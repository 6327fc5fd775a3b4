"""Migrate a profile's database to head."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from assembler.commands.arguments import (
    ProfileCommand,
    load_command_plan,
    policy_option,
    profile_argument,
)

if TYPE_CHECKING:
    from flask import Flask

    from assembler.rendering.progress import Progress

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler migrate profiles/migrations.yaml
  assembler migrate profiles/migrations.yaml --timeout 300
  assembler migrate profiles/migrations.yaml --exact
  assembler migrate profiles/migrations.yaml --check
  assembler migrate profiles/migrations.yaml --plan --sql > upgrade.sql
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
@click.option("--check", is_flag=True, help="Only say where the database is; exit 1 off head.")
@click.option("--plan", is_flag=True, help="Only print the revisions that would run, in order.")
@click.option("--sql", is_flag=True, help="With --plan: print the SQL that would run.")
@policy_option
def command(*, profile: str, timeout_seconds: float, policy_file: str | None, **asked: bool) -> int:
    """Migrate the database of PROFILE to head.

    Only one process migrates at a time. Others wait, and then find nothing to do. A database that
    newer code has migrated is left unchanged, and is an error only with --exact.

    --check and --plan change nothing and wait for nobody who migrates. With --check, exit status 1
    means that a database is not at head, behind or ahead.
    """
    _check_usage(**asked)
    from assembler.assembling.create import apply_plan_patches, assemble

    loaded = load_command_plan(profile, policy_file)
    app = assemble(loaded, apply_plan_patches(loaded))
    try:
        if asked["check"] or asked["plan"]:
            return _look(app, timeout_seconds, is_plan=asked["plan"], is_sql=asked["sql"])
        from assembler.database.migration import migrate_app
        from assembler.rendering.progress import Progress

        with Progress() as progress:
            migrate_app(
                app,
                exact=asked["exact"],
                timeout_seconds=timeout_seconds,
                emit=partial(_emit, progress),
            )
    finally:
        app.extensions["assembler"].close()
    return 0


def _emit(progress: Progress, line: str) -> None:
    """Print a line, and below it for how long it is true."""
    progress.clear()
    click.echo(line)
    progress.show_live("at work")


def _check_usage(*, exact: bool, check: bool, plan: bool, sql: bool) -> None:
    if [exact, check, plan].count(True) > 1:
        raise click.UsageError("only one of --exact, --check and --plan can be given.")
    if sql and not plan:
        raise click.UsageError("--sql needs --plan. Add --plan.")


def _look(app: Flask, timeout_seconds: float, *, is_plan: bool, is_sql: bool) -> int:
    from assembler.database import pending

    if is_sql:
        click.echo(pending.render_sql(app, timeout_seconds), nl=False)
        return 0
    databases = pending.read_pending(app, timeout_seconds)
    lines = pending.render_plan(databases) if is_plan else map(pending.render_pending, databases)
    click.echo("\n".join(lines))
    return 0 if is_plan or pending.is_at_head(databases) else 1
