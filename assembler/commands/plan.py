"""Print the ordered steps of a profile, without running any."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    ProfileCommand,
    load_command_plan,
    output_format_option,
    policy_option,
    profile_argument,
)
from assembler.planning.debug_flag import find_debug_flag
from assembler.planning.step_forms import KINDS
from assembler.rendering.profile import render_line
from assembler.rendering.table import render_table
from assembler.serving.choice import choose_server

if TYPE_CHECKING:
    from assembler.planning.plan import Plan
from assembler.steps.entry_points import ignore_current_folder

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler plan profiles/web.yaml
  SENTRY_DSN= assembler plan profiles/web.yaml --output-format json
"""


@click.command(
    "plan",
    cls=ProfileCommand,
    short_help="Print the ordered steps, without running any.",
    epilog=EPILOG,
)
@profile_argument
@output_format_option
@policy_option
def command(*, profile: str, output_format: str | None, policy_file: str | None) -> int:
    """Print the steps of PROFILE: which run, which are skipped and why, which are decided at run.

    A skipped step has the place of its condition. Above the steps are debug and the server.
    Nothing is executed, and nothing of the project is imported.
    """
    ignore_current_folder()
    loaded = load_command_plan(profile, policy_file)
    plan = loaded.plan
    debug = find_debug_flag(plan, loaded.env, loaded.root)
    server = _describe_server(plan)
    rows = [
        {
            "kind": planned.kind,
            "name": planned.step.name,
            "use": planned.step.use,
            "decision": str(planned.decision),
            "reason": planned.reason,
            "path": planned.place.path,
            "line": planned.place.span.line,
            "column": planned.place.span.column,
        }
        for planned in plan.steps
    ]
    facts = {
        "profile": plan.profile.name,
        "role": plan.profile.role,
        "digest": plan.profile.composed.digest,
        "debug": debug.value,
        "debug_by": debug.by,
        "server": server,
        "steps": rows,
        "moves": [
            {
                "kind": KINDS[one.key],
                "name": one.name,
                "from": render_line(one.old),
                "by": render_line(one.new),
            }
            for one in plan.profile.composed.changes.moved
        ],
    }
    if output_format == "json":
        click.echo(json.dumps(facts, indent=2))
        return 0
    click.echo(f"{facts['profile']} ({facts['role']}), {debug}, {facts['digest']}")
    if server is not None:
        binds = ", ".join(server["bind"])
        click.echo(f"server {server['use']} on {binds}, workers {server['workers']}")
    click.echo()
    table = [
        [
            *(str(number), one.kind, one.step.name, str(one.decision), one.reason or ""),
            render_line(one.place),
        ]
        for number, one in enumerate(plan.steps, start=1)
    ]
    click.echo(render_table(["#", "kind", "name", "decision", "reason", "from"], table), nl=False)
    for one in plan.profile.composed.changes.moved:
        places = f"from {render_line(one.old)} by {render_line(one.new)}"
        click.echo(f"{KINDS[one.key]} '{one.name}' was moved {places}")
    return 0


def _describe_server(plan: Plan) -> dict[str, Any] | None:
    """Return what would serve the app; ``None``: its role is not to serve."""
    profile = plan.profile
    if profile.role != "web":
        return None
    use = choose_server(plan)
    workers = profile.server.workers if use == "gunicorn" else 1  # the others are one process
    return {"use": use, "bind": list(profile.server.bind), "workers": workers}
