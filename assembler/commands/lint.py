"""Check profiles without importing or running the project."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from assembler.commands.arguments import policy_option, read_env_files
from assembler.commands.completion import complete_profiles, complete_rules
from assembler.commands.outputs import Output, OutputType, check_outputs, write_outputs
from assembler.diagnostics.codes import find_retired
from assembler.diagnostics.diagnostic import Collector, ProfileError, Severity
from assembler.linting.engine import Linter
from assembler.linting.output import FORMATS
from assembler.linting.project_selection import choose_rules
from assembler.linting.sharing import count_processes
from assembler.linting.targets import Target, find_targets
from assembler.policy import find_policy
from assembler.rendering.console import is_colored, write_diagnostics, write_error
from assembler.rendering.findings import Findings, find_checkout
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from types import FrameType

    from assembler.linting.deep import DeepLinter
    from assembler.policy import Policy

__all__ = ["command"]

DIFF_ALONE = "--diff only shows what --fix would change, and excludes --deep and --output-format"
FILENAME_WITHOUT_INPUT = "--stdin-filename is only for standard input: add - to the paths"

EPILOG = """\b
Examples:
  assembler lint
  assembler lint profiles/web.yaml --env
  assembler lint --fix
  assembler lint --deep --timeout 60
  assembler lint --ignore ASM1xx,boolean-word --fail-level warning
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
@click.option("--env", "use_env", is_flag=True, help="Interpolate variables from the environment.")
@click.option("--fix", is_flag=True, help="Fix what can be fixed safely.")
@click.option("--diff", is_flag=True, help="Show what --fix would change.")
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
def command(  # noqa: PLR0913 - one for each option of the command line
    *,
    paths: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_level: str | None,
    use_env: bool,
    fix: bool,
    diff: bool,
    deep: bool,
    timeout: float,
    database_url: str | None,
    stdin_filename: str | None,
    output_formats: tuple[Output, ...],
    policy_file: str | None,
) -> int:
    """Check profiles: files, folders and everything below them, globs, or - for standard input.

    PATH defaults to the folder that [tool.assembler] names, or else profiles/. A base is checked
    together with the profiles that extend it. Without --deep, nothing of the project is imported.
    `# assembler: ignore[name] reason` silences a rule on its line,
    `# assembler: ignore-file[name]` at the top in the whole file.

    --fix changes only the named files, and in them only what it fixes. With -, the fixed text goes
    to standard output. --diff exits with 1 if something would change.
    """
    if diff and (deep or output_formats):
        raise click.UsageError(DIFF_ALONE)
    if stdin_filename is not None and "-" not in paths:
        raise click.UsageError(FILENAME_WITHOUT_INPUT)
    if deep:
        _clear_up_at_sigterm()
    else:
        ignore_current_folder()
    outputs = check_outputs(output_formats)
    checkout = find_checkout(os.environ, Path.cwd())
    findings = partial(Findings, checkout=checkout, is_colored=is_colored(sys.stdout))
    found = Collector()
    try:
        if use_env or deep:
            read_env_files()
        deeper = _choose_depth(paths, policy_file, timeout, database_url) if deep else None
        policy = find_policy(os.environ, Path.cwd(), policy_file)
        findings = partial(findings, docs_url=policy.settings.docs_url)
        selection = choose_rules(policy, _split(select), _split(ignore), found)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except ProfileError as error:  # in the chosen format, as any finding
        write_outputs(outputs, findings(error.diagnostics, ()))
        return 1
    for retired in filter(None, map(find_retired, _split((*select, *ignore)))):
        write_error(f"warning: {retired}")
    targets = _find_targets(paths, stdin_filename, policy, found)
    env = os.environ if use_env or deep else None
    linter = Linter(policy, selection, env, processes=count_processes())
    if diff:
        return _show_diff(linter, targets, found)
    texts = {one.path: one.source for one in targets if one.source is not None}
    deepen = None if deeper is None else deeper.lint
    done = None
    if fix:
        from assembler.commands.lint_fixes import write_fixes

        outcome, count, faults = write_fixes(linter, targets, texts, deepen)
        found.add(*faults)
        done = f"fixed {count}"
    else:
        outcome = linter.lint(targets, deepen)
    level = Severity(fail_level or policy.settings.fail_level)
    sources = {path: source.decode("utf-8", "replace") for path, source in texts.items()}
    unique = dict.fromkeys([*found.found, *outcome.diagnostics])
    ordered = sorted(unique, key=lambda one: one.sort_key)
    result = findings(tuple(ordered), outcome.paths, fail_level=level, sources=sources)
    write_outputs(outputs, result, to_stderr=fix and "-" in paths)
    write_error(_render_summary(result, deeper, done))
    gc.freeze()  # a last collection would be a tenth of linting one profile
    return 1 if any(map(result.fails, ordered)) else 0


def _find_targets(
    paths: tuple[str, ...], stdin_filename: str | None, policy: Policy, found: Collector
) -> list[Target]:
    profiles = _find_default(policy.root, policy.settings.profiles)
    named = paths or (profiles,)
    targets = find_targets([path for path in named if path != "-"], found, profiles)
    if "-" in named:
        targets.append(Target(stdin_filename or "<stdin>", sys.stdin.buffer.read()))
    return targets


def _split(patterns: tuple[str, ...]) -> list[str]:
    return [part for pattern in patterns for part in pattern.split(",") if part.strip()]


def _find_default(root: Path | None, folder: str) -> str:
    return folder if root is None else os.path.relpath(root / folder)


def _choose_depth(
    paths: tuple[str, ...], policy_file: str | None, timeout: float, database_url: str | None
) -> DeepLinter:
    from assembler.linting.deep import DeepLinter

    if "-" in paths:
        message = "--deep assembles files, not standard input"
        raise click.UsageError(message)
    return DeepLinter(timeout, policy_file, database_url)


def _clear_up_at_sigterm() -> None:
    """Exit through Python at SIGTERM, so that temporary folders are removed."""

    def leave(number: int, _: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def _show_diff(linter: Linter, targets: list[Target], found: Collector) -> int:
    from assembler.commands.lint_fixes import show_fixes

    count, unread = show_fixes(linter, targets)
    write_diagnostics([*found.found, *unread], "concise")
    write_error(f"{_render_count(len(targets), 'profile')}, would fix {count}")
    is_faulty = any(one.severity is Severity.ERROR for one in (*found.found, *unread))
    return 1 if count or is_faulty else 0


def _render_summary(findings: Findings, deeper: DeepLinter | None, done: str | None = None) -> str:
    numbers = Counter(found.severity for found in findings.diagnostics)
    counts = [_render_count(len(findings.paths), "profile")]
    counts += [done] if done else []
    counts += [_render_count(numbers[one], one) for one in Severity if numbers[one]]
    depth = "not imported: run with --deep"
    if deeper is not None:
        depth = deeper.render_depth(len(findings.paths))
    return f"{', '.join(counts)}; {depth}"


def _render_count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 or word == "info" else f"{number} {word}s"
