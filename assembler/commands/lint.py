"""Check profiles without importing or running the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from assembler.commands.arguments import policy_option
from assembler.commands.completion import complete_profiles, complete_rules
from assembler.commands.lint_run import LintRequest, run_lint
from assembler.commands.outputs import Output, OutputType
from assembler.diagnostics.diagnostic import Severity
from assembler.linting.output import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["command"]

DIFF_ALONE = "--diff only shows what --fix would change, and excludes --deep and --output-format"
FILENAME_WITHOUT_INPUT = "--stdin-filename is only for standard input: add - to the paths"
REASON_WITHOUT_IGNORE = "--reason is for the comments of --add-ignore"
FILES_ALONE = "{option} is for files, not standard input"
NOT_TOGETHER = "{option} excludes {others}"
# What changes what is done with the findings: one of them at most.
APART = ("--fix", "--diff", "--add-ignore", "--statistics", "--show-settings")
EXCLUDED = {"--watch": ("--diff", "--add-ignore", "--show-settings")}

EPILOG = """\b
Examples:
  assembler lint
  assembler lint profiles/web.yaml --env
  assembler lint --fix
  assembler lint --deep --timeout 60
  assembler lint --ignore ASM1xx,boolean-word --fail-level warning
  assembler lint --statistics --exit-zero
  assembler lint --add-ignore --reason "before we had lint"
  assembler lint --output-format github --output-format sarif:lint.sarif
  git show HEAD:profiles/web.yaml | assembler lint - --stdin-filename profiles/web.yaml
"""


@click.command("lint", short_help="Check profiles.", epilog=EPILOG)
@click.argument(
    "paths",
    nargs=-1,
    metavar="[PATH]...",
    type=click.Path(path_type=str, readable=False),
    shell_complete=complete_profiles,
)
@click.option(
    "--select",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rules,
    help="Check only these rules: codes, families or names.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="RULE",
    shell_complete=complete_rules,
    help="Do not check these rules.",
)
@click.option(
    "--fail-level",
    type=click.Choice([str(severity) for severity in Severity]),
    help="The lowest severity that fails. Default: the policy's, or else error.",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0, whatever is found.")
@click.option("--env", "use_env", is_flag=True, help="Interpolate variables from the environment.")
@click.option("--fix", is_flag=True, help="Fix what can be fixed safely.")
@click.option("--diff", is_flag=True, help="Show what --fix would change.")
@click.option(
    "--add-ignore", is_flag=True, help="Write a comment for each finding that silences it."
)
@click.option("--reason", metavar="TEXT", help="The reason in these comments. Default: baseline.")
@click.option("--statistics", is_flag=True, help="Print how often each rule found something.")
@click.option("--show-settings", is_flag=True, help="Print what is in force, and check nothing.")
@click.option("--watch", is_flag=True, help="Check again whenever a file changes.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only, without the last line.")
@click.option("--deep", is_flag=True, help="Also import and assemble each profile.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="SECONDS",
    help="The time limit for assembling one profile.",
)
@click.option(
    "--database-url",
    metavar="URL",
    help="The database to assemble with, instead of the profile's. Default: an empty SQLite file.",
)
@click.option("--stdin-filename", metavar="FILE", help="The path to report for standard input (-).")
@click.option(
    "--output-format",
    "output_formats",
    type=OutputType(),
    multiple=True,
    help=f"The format to print, or to write to FILE: {', '.join(FORMATS)}. May be repeated. "
    "Default: full on a terminal, or else concise.",
)
@policy_option
def command(*, select: tuple[str, ...], ignore: tuple[str, ...], watch: bool, **given: Any) -> int:  # noqa: ANN401 - click's
    """Check profiles: files, folders and everything below them, globs, or - for standard input.

    PATH defaults to the folder that [tool.assembler] names, or else profiles/. A base is checked
    together with the profiles that extend it. Without --deep, nothing of the project is imported.
    `# assembler: ignore[name] reason` silences a rule on its line,
    `# assembler: ignore-file[name]` at the top in the whole file.

    --fix and --add-ignore change only the named files. With -, the fixed text goes to standard
    output. --diff exits with 1 if something would change.
    """
    request = LintRequest(select=_split(select), ignore=_split(ignore), **given)
    _check_usage(request, is_watching=watch)
    if watch:
        from assembler.commands.lint_watch import watch_lint

        return watch_lint(request)
    return run_lint(request)


def _check_usage(request: LintRequest, *, is_watching: bool) -> None:
    if request.diff and (request.deep or request.output_formats):
        raise click.UsageError(DIFF_ALONE)
    if request.stdin_filename is not None and "-" not in request.paths:
        raise click.UsageError(FILENAME_WITHOUT_INPUT)
    if request.reason is not None and not request.add_ignore:
        raise click.UsageError(REASON_WITHOUT_IGNORE)
    _check_together(request.asked, is_watching=is_watching)
    for option in ("--add-ignore", "--watch"):
        is_given = is_watching if option == "--watch" else request.add_ignore
        if is_given and "-" in request.paths:
            raise click.UsageError(FILES_ALONE.format(option=option))
    if request.statistics:
        _check_statistics(request.output_formats)


def _check_together(asked: Mapping[str, bool], *, is_watching: bool) -> None:
    given = [option for option in APART if asked[option]]
    if len(given) > 1 and set(given) != {"--fix", "--statistics"}:
        raise click.UsageError(NOT_TOGETHER.format(option=given[0], others=", ".join(given[1:])))
    wrong = [option for option in EXCLUDED["--watch"] if is_watching and asked[option]]
    if wrong:
        raise click.UsageError(NOT_TOGETHER.format(option="--watch", others=wrong[0]))


def _check_statistics(outputs: tuple[Output, ...]) -> None:
    printed = {one.output_format for one in outputs if one.file is None}
    if printed - {"full", "concise", "json"}:
        raise click.UsageError("--statistics prints lines, or JSON. Write FORMAT:FILE for others.")


def _split(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for pattern in patterns for part in pattern.split(",") if part.strip())
