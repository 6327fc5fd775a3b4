"""Say what is wrong with profiles, without importing or running anything of the project."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from assembler.commands.arguments import output_format_option, policy_option
from assembler.console import is_colored, write_error
from assembler.diagnostics import Collector, Severity
from assembler.linting.engine import Linter, Outcome
from assembler.linting.selection import build_selection
from assembler.linting.targets import Target, find_targets
from assembler.policy import find_policy
from assembler.render import OutputFormat, render_diagnostics

__all__ = ["command"]

EPILOG = """\b
Examples:
  assembler lint
  assembler lint profiles/web.yaml --env
  assembler lint --ignore ASM1xx,boolean-word --fail-level warning
  git show HEAD:profiles/web.yaml | assembler lint - --stdin-filename profiles/web.yaml
"""
LEVELS = {"error": 1, "warning": 2, "info": 3}


@click.command("lint", short_help="Say what is wrong with profiles.", epilog=EPILOG)
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=str))
@click.option("--select", multiple=True, metavar="RULE", help="Only these: codes, families, names.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Not these.")
@click.option(
    "--fail-level",
    type=click.Choice(list(LEVELS)),
    default="error",
    show_default=True,
    help="The least severity that makes the exit status 1.",
)
@click.option("--env", "use_env", is_flag=True, help="Fill in variables from the environment.")
@click.option("--stdin-filename", metavar="FILE", help="What standard input (-) is called.")
@output_format_option
@policy_option
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_level: str,
    use_env: bool,
    stdin_filename: str | None,
    output_format: OutputFormat | None,
    policy_file: str | None,
) -> int:
    """Say what is wrong with profiles: files, folders and all below them, globs, or - for input.

    Without PATH, the folder that [tool.assembler] names, else profiles/. Naming a base lints all
    that extend it. Nothing of the project is imported. `# assembler: ignore[name] reason` on a line
    silences a rule there, `# assembler: ignore-file[name]` at the top in the whole file.
    """
    policy = find_policy(os.environ, Path.cwd(), policy_file)
    try:
        selection = build_selection(_split(select), _split(ignore))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    found = Collector()
    named = paths or (_find_default(policy.root, policy.settings.profiles),)
    targets = find_targets([path for path in named if path != "-"], found)
    if "-" in named:
        targets.append(Target(stdin_filename or "<stdin>", sys.stdin.buffer.read()))
    linter = Linter(policy, selection, os.environ if use_env else None)
    outcome = linter.lint(targets)
    outcome = Outcome((*found.found, *outcome.diagnostics), outcome.profiles)
    _write(outcome, targets, output_format)
    failing = [one for one in outcome.diagnostics if LEVELS[one.severity] <= LEVELS[fail_level]]
    return 1 if failing else 0


def _split(patterns: tuple[str, ...]) -> list[str]:
    return [part for pattern in patterns for part in pattern.split(",") if part.strip()]


def _find_default(root: Path | None, folder: str) -> str:
    return folder if root is None else os.path.relpath(root / folder)


def _write(outcome: Outcome, targets: list[Target], output_format: OutputFormat | None) -> None:
    chosen: OutputFormat = output_format or ("full" if sys.stdout.isatty() else "concise")
    texts = {one.path: one.source.decode("utf-8", "replace") for one in targets if one.source}
    click.echo(
        render_diagnostics(
            outcome.diagnostics,
            output_format=chosen,
            sources=texts,
            color=is_colored(sys.stdout),
        ),
        nl=False,
    )
    counts = [_render_count(outcome.profiles, "profile")]
    counts += [
        _render_count(outcome.count(severity), severity)
        for severity in Severity
        if outcome.count(severity)
    ]
    write_error(f"{', '.join(counts)}; not imported, and no service was asked")


def _render_count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 or word == "info" else f"{number} {word}s"
