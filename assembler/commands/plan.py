"""Print the ordered steps of a profile, without executing any."""

from __future__ import annotations

import json

import click

from assembler.commands.arguments import (
    load_command_plan,
    output_format_option,
    policy_option,
    profile_argument,
)
from assembler.rendering.table import render_table

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler plan profiles/web.yaml
  SENTRY_DSN= assembler plan profiles/web.yaml --output-format json
"""


@click.command("plan", short_help="Print the ordered steps; executes nothing.", epilog=EPILOG)
@profile_argument
@output_format_option
@policy_option
def command(*, profile: str, output_format: str | None, policy_file: str | None) -> int:
    """Print the steps of PROFILE: each runs, is skipped (why), or is decided at run (by what).

    Nothing is executed, and nothing of the project is imported.
    """
    plan = load_command_plan(profile, policy_file).plan
    rows = [
        {
            "kind": planned.kind,
            "name": planned.step.name,
            "use": planned.step.use,
            "decision": str(planned.decision),
            "reason": planned.reason,
            "path": planned.step.place.path,
            "line": planned.step.place.span.line,
            "column": planned.step.place.span.column,
        }
        for planned in plan.steps
    ]
    if output_format == "json":
        shown = {
            "profile": plan.profile.name,
            "role": plan.profile.role,
            "digest": plan.profile.composed.digest,
            "debug": plan.debug,
            "steps": rows,
        }
        click.echo(json.dumps(shown, indent=2))
        return 0
    click.echo(
        f"{plan.profile.name} ({plan.profile.role}), debug {str(plan.debug).lower()}, "
        f"{plan.profile.composed.digest}\n"
    )
    table = [
        [
            str(number),
            planned.kind,
            planned.step.name,
            str(planned.decision),
            planned.reason or "",
            f"{planned.step.place.path}:{planned.step.place.span.line}",
        ]
        for number, planned in enumerate(plan.steps, start=1)
    ]
    click.echo(render_table(["#", "kind", "name", "decision", "reason", "from"], table), nl=False)
    return 0
