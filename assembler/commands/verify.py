"""Compare the app of a profile with the app of a hand-written factory."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import (
    ProfileCommand,
    json_option,
    policy_option,
    profile_argument,
    split_arguments,
    timeout_option,
)
from assembler.commands.caller_options import caller_options, name_caller_options
from assembler.diagnostics.diagnostic import ProfileError
from assembler.rendering.console import write_diagnostics
from assembler.rendering.diagnostics import render_diagnostics

if TYPE_CHECKING:
    from assembler.ledger.comparing import Difference
    from assembler.ledger.verifying import Verdict

__all__ = ["command"]

STATUS_DIFFERENT = 1
STATUS_UNCLEAR = 2
EPILOG = """\b
Examples:
  assembler verify profiles/web.yaml --against shop:create_app
  assembler verify profiles/web.yaml --against shop:create_app --args testing --config testing
  assembler verify profiles/web.yaml --against shop:create_app --args '{"debug": true}'
"""


@click.command(
    "verify",
    cls=ProfileCommand,
    short_help="Compare the app with a factory's, part by part.",
    epilog=EPILOG,
)
@profile_argument
@click.option(
    "--against",
    required=True,
    metavar="MODULE:FACTORY",
    help="The callable that makes the app by hand, or the app of a module.",
)
@json_option(
    "--args",
    "What the factory is called with: a list, a mapping of keyword arguments, or one value.",
)
@caller_options
@click.option(
    "--expected",
    "expected_file",
    metavar="FILE",
    type=click.Path(path_type=str, readable=False),
    help="The differences that are expected. Default: PROFILE with `.differences.yaml` for its "
    "suffix, if there is one.",
)
@click.option(
    "--output-format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the result.",
)
@click.option(
    "-v",
    "--verbose",
    "is_verbose",
    is_flag=True,
    help="List the differences that do not count as well, each with its reason.",
)
@timeout_option
@policy_option
def command(  # noqa: PLR0913 - click's form
    *,
    profile: str,
    against: str,
    args: Any,  # noqa: ANN401 - any JSON
    config: object,
    arguments: dict[str, Any] | None,
    expected_file: str | None,
    output_format: str,
    is_verbose: bool,
    timeout_seconds: float,
    policy_file: str | None,
) -> int:
    """Tell whether PROFILE makes the app that a factory makes by hand.

    Both are made at once, each in a process of its own, and compared in everything that the ledger
    sees: routes, hooks and wrappers in their order, handlers, commands, config, logging and more.
    Each difference has the line of the profile to look at. The factory's process gets the patches
    of the profile.

    Exit status 0: the same. 1: different. 2: it could not be told, since one of them was not made.
    """
    from assembler.ledger.apart import FactorySide, ProfileSide
    from assembler.ledger.verifying import verify_profile

    if ":" not in against:
        raise click.UsageError(f"expected MODULE:FACTORY, got '{against}'")
    positional, options = split_arguments(args)
    try:
        with name_caller_options():
            verdict = verify_profile(
                ProfileSide(profile, policy_file, config, arguments),
                FactorySide(against, policy_file, positional, options),
                expected_file=expected_file,
                limit_seconds=timeout_seconds,
            )
    except ProfileError as error:
        write_diagnostics(error.diagnostics, "json" if output_format == "json" else None)
        return STATUS_UNCLEAR
    _write(verdict, output_format, is_verbose=is_verbose)
    return 0 if verdict.is_same else STATUS_DIFFERENT


def _write(verdict: Verdict, output_format: str, *, is_verbose: bool) -> None:
    from assembler.ledger.markdown import render_verdict_markdown
    from assembler.ledger.text import render_verdict

    if output_format == "json":
        click.echo(json.dumps(_describe(verdict), indent=2))
        return
    if output_format == "markdown":
        said = render_verdict_markdown(verdict)
    else:
        said = render_verdict(verdict, is_verbose=is_verbose)
    click.echo(said, nl=False)
    write_diagnostics(verdict.unused)


def _describe(verdict: Verdict) -> dict[str, Any]:
    from assembler.ledger.mending import find_place, render_remedy
    from assembler.ledger.missing_steps import find_missing_steps

    missing = find_missing_steps(verdict.unexpected, verdict.profile)
    hints = {id(one): step.hint for step in missing for one in step.differences}

    def describe(difference: Difference) -> dict[str, Any]:
        place = find_place(difference, verdict.profile)
        facts: dict[str, Any] = difference.to_dict()
        return {
            **facts,
            "place": None if place is None else place._asdict(),
            "hint": hints.get(id(difference)) or render_remedy(difference),
        }

    return {
        "same": verdict.is_same,
        "missing_steps": [{"name": one.name, "hint": one.hint} for one in missing],
        "differences": [describe(one) for one in verdict.unexpected],
        "expected": [{**describe(one), "reason": reason} for one, reason in verdict.expected],
        "inherent": [{**describe(one), "reason": reason} for one, reason in verdict.inherent],
        "findings": json.loads(render_diagnostics(verdict.unused, output_format="json")),
    }
