"""Assemble a profile's app for real, and print what each step did and took."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    ProfileCommand,
    policy_option,
    profile_argument,
    timeout_option,
)
from assembler.commands.caller_options import caller_options, name_caller_options
from assembler.commands.written_file import write_named
from assembler.diagnostics.diagnostic import Severity
from assembler.rendering.console import write_diagnostics
from assembler.rendering.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.ledger.apart import ProfileSide
    from assembler.ledger.baseline import Baseline
    from assembler.ledger.values import Ledger

__all__ = ["command"]

DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>ms|s)")
FACTORS = {"ms": 1.0, "s": 1000.0}
EPILOG = """\b
Examples:
  assembler inspect profiles/web.yaml
  assembler inspect profiles/web.yaml --html boot.html
  assembler inspect profiles/web.yaml --write-baseline profiles/web.boot.json
  assembler inspect profiles/web.yaml --budget 800ms --baseline profiles/web.boot.json
"""


def _parse_duration(
    _context: click.Context, _parameter: click.Parameter, value: str | None
) -> float | None:
    """Return the milliseconds of ``800ms`` or ``1.5s``."""
    if value is None:
        return None
    match = DURATION.fullmatch(value.strip())
    if match is None:
        message = f'expected a duration such as 800ms or 1.5s, got "{value}"'
        raise click.BadParameter(message)
    return float(match["number"]) * FACTORS[match["unit"]]


@click.command(
    "inspect",
    cls=ProfileCommand,
    short_help="Assemble the app, and print what each step did and took.",
    epilog=EPILOG,
)
@profile_argument
@click.option(
    "--output-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the boot as a page with a waterfall, which needs nothing but itself.",
)
@click.option(
    "--budget",
    "budget_ms",
    callback=_parse_duration,
    metavar="DURATION",
    help="Exit with 1 if the boot takes longer: 800ms, 1.5s.",
)
@click.option(
    "--baseline",
    "baseline_file",
    type=click.Path(path_type=Path, readable=False),
    metavar="FILE",
    help="What an earlier boot took, to name the step that grew.",
)
@click.option(
    "--write-baseline",
    "written_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what this boot took.",
)
@click.option(
    "--runs",
    type=click.IntRange(1, 20),
    default=1,
    show_default=True,
    metavar="N",
    help="Assemble so many times, and take the quickest.",
)
@caller_options
@timeout_option
@policy_option
def command(  # noqa: PLR0913 - click's form
    *,
    profile: str,
    output_format: str,
    html_file: Path | None,
    budget_ms: float | None,
    baseline_file: Path | None,
    written_file: Path | None,
    runs: int,
    config: object,
    arguments: dict[str, Any] | None,
    timeout_seconds: float,
    policy_file: str | None,
) -> int:
    """Assemble the app of PROFILE in a process of its own, and print what each step did.

    Of each step its effects on the app, how long it imported and ran, and the config keys that it
    asked for; steps on the critical path are marked. What looks wrong is reported with its place:
    a step that replaces what another has set, an order that nothing keeps, a slip in a key.

    The app is assembled as a reload tries it: the steps run, and send and record nothing.
    """
    from assembler.ledger.apart import ProfileSide
    from assembler.ledger.baseline import check_budget, load_baseline, render_baseline
    from assembler.ledger.findings import find_findings

    baseline = None if baseline_file is None else load_baseline(baseline_file)
    ledger = _record(ProfileSide(profile, policy_file, config, arguments), runs, timeout_seconds)
    found = find_findings(ledger)
    if budget_ms is not None and (fault := check_budget(ledger, budget_ms, baseline)):
        found.append(fault)
    if written_file is not None:
        write_named(written_file, render_baseline(ledger))
    if html_file is not None:
        from assembler.ledger.page import render_page

        write_named(html_file, render_page(ledger, found))
    _print(ledger, found, baseline, is_json=output_format == "json")
    return int(any(one.severity is Severity.ERROR for one in found))


def _record(side: ProfileSide, runs: int, timeout_seconds: float) -> Ledger:
    """Return the ledger of the quickest run."""
    from assembler.ledger.apart import record_apart

    with name_caller_options():
        ledgers = [record_apart([side], timeout_seconds)[0] for _ in range(runs)]
    return min(ledgers, key=lambda one: one.total_ms)


def _print(
    ledger: Ledger, found: list[Diagnostic], baseline: Baseline | None, *, is_json: bool
) -> None:
    if not is_json:
        from assembler.ledger.text import render_ledger

        click.echo(render_ledger(ledger, baseline), nl=False)
        write_diagnostics(found)
        return
    from assembler.ledger.findings import find_unread
    from assembler.ledger.orders import find_critical_path

    facts = {
        **ledger.to_dict(),
        "critical_path": [step.name for step in find_critical_path(ledger)],
        "unread": find_unread(ledger),
        "findings": json.loads(render_diagnostics(found, output_format="json")),
    }
    click.echo(json.dumps(facts, indent=2))
