"""Print the ordered steps of a profile, without running any."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    ProfileCommand,
    chosen_profile_argument,
    load_command_plan,
    output_format_option,
    policy_option,
)
from assembler.diagnostics.diagnostic import Collector, ProfileError, Severity
from assembler.files import is_file
from assembler.planning.debug_flag import find_debug_flag
from assembler.planning.step_forms import KINDS
from assembler.policy import find_policy
from assembler.rendering.console import write_diagnostics
from assembler.rendering.diagnostics import render_diagnostics
from assembler.rendering.profile import render_line
from assembler.rendering.table import render_table
from assembler.secrets.memory import build_environment_secrets
from assembler.serving.choice import choose_server
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.document.nodes import Node
    from assembler.planning.debug_flag import DebugFlag
    from assembler.planning.loading import Loaded
    from assembler.planning.plan import Plan
    from assembler.policy import Policy
    from assembler.rendering.diagnostics import OutputFormat

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler plan profiles/web.yaml
  SENTRY_DSN= assembler plan profiles/web.yaml --output-format json
  assembler plan profiles/web.yaml --against HEAD
"""


@click.command(
    "plan",
    cls=ProfileCommand,
    short_help="Print the ordered steps, without running any.",
    epilog=EPILOG,
)
@chosen_profile_argument
@click.option(
    "--against",
    metavar="FILE|REV",
    help="Print only what differs from another profile, or from a git revision of this one.",
)
@output_format_option
@policy_option
def command(
    *,
    profile: str,
    against: str | None,
    output_format: OutputFormat | None,
    policy_file: str | None,
) -> int:
    """Print the steps of PROFILE: which run, which are skipped and why, which are decided at run.

    A skipped step has the place of its condition. Above the steps are debug and the server.
    Nothing is executed, and nothing of the project is imported. What `assembler lint --env`
    finds in the profile comes last; with an error, the exit status is 1.

    With --against, what `assembler diff` prints is all, and the exit status is its own.
    """
    ignore_current_folder()
    if against is not None:
        return _compare(profile, against, output_format, policy_file)
    loaded = _load(profile, policy_file)
    plan = loaded.plan
    debug = _find_debug_flag(loaded)
    server = _describe_server(plan)
    faults = _find_faults(profile, loaded)
    if output_format == "json":
        findings = json.loads(render_diagnostics(faults, output_format="json"))
        facts = {**_describe_plan(plan, debug, server), "findings": findings}
        click.echo(json.dumps(facts, indent=2))
    else:
        _print_plan(plan, debug, server)
        write_diagnostics(faults, output_format)
    return int(any(one.severity is Severity.ERROR for one in faults))


def _compare(
    profile: str, against: str, output_format: OutputFormat | None, policy_file: str | None
) -> int:
    from assembler.commands.compared import (
        compare_pair,
        compare_with_revision,
        write_comparisons,
    )
    from assembler.comparing.comparison import Side

    if is_file(against):
        compared = [compare_pair(Side(against), Side(profile), policy_file)]
    else:
        try:
            compared = compare_with_revision(against, profile, policy_file)
        except click.UsageError as error:
            message = f"there is no file '{against}', nor is it a revision: {error.message}"
            raise click.UsageError(message) from error
    return write_comparisons(compared, "json" if output_format == "json" else "text")


def _describe_plan(plan: Plan, debug: DebugFlag, server: dict[str, Any] | None) -> dict[str, Any]:
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
    return {
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


def _print_plan(plan: Plan, debug: DebugFlag, server: dict[str, Any] | None) -> None:
    profile = plan.profile
    click.echo(f"{profile.name} ({profile.role}), {debug}, {profile.composed.digest}")
    if server is not None:
        binds = ", ".join(server["bind"])
        management = server["management_bind"]
        more = f", management on {management}" if management else ""
        click.echo(f"server {server['use']} on {binds}, workers {server['workers']}{more}")
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


def _find_debug_flag(loaded: Loaded) -> DebugFlag:
    from assembler.modules.config_object import read_config_object
    from assembler.modules.module_index import ModuleIndex, find_module_folders

    modules = ModuleIndex(find_module_folders(loaded.policy, Path.cwd()))

    def read(target: Node | None) -> Mapping[str, object] | None:
        return read_config_object(target, modules, loaded.policy)

    return find_debug_flag(loaded.plan, loaded.env, loaded.root, read)


def _load(profile: str, policy_file: str | None) -> Loaded:
    """Load the plan, or say all that the linter finds in a profile that has none.

    Raises:
        ProfileError: with everything that is wrong.
    """
    try:
        return load_command_plan(profile, policy_file)
    except ProfileError as error:
        policy = find_policy(os.environ, Path.cwd(), policy_file)
        raise error.add_errors(_lint(profile, policy, os.environ)) from None


def _lint(profile: str, policy: Policy, env: Mapping[str, str]) -> list[Diagnostic]:
    from assembler.linting.engine import Linter
    from assembler.linting.project_selection import choose_rules

    found = Linter(policy, choose_rules(policy, (), (), Collector()), env).lint_alone(profile)
    return [one for one in found if one.severity is not Severity.INFO]


def _find_faults(profile: str, loaded: Loaded) -> list[Diagnostic]:
    """Return the linter's errors and warnings, but for those that are printed already."""
    found = _lint(profile, loaded.policy, loaded.env)
    known = set(loaded.warnings)
    faults = [one for one in found if one not in known]
    return build_environment_secrets(loaded.env).mask_diagnostics(faults)


def _describe_server(plan: Plan) -> dict[str, Any] | None:
    """Return what would serve the app; ``None``: its role is not to serve."""
    profile = plan.profile
    if profile.role != "web":
        return None
    use = choose_server(plan)
    workers = profile.server.workers if use == "gunicorn" else 1  # the others are one process
    return {
        "use": use,
        "bind": list(profile.server.bind),
        "workers": workers,
        "management_bind": None if use == "werkzeug" else profile.server.management_bind,
    }
