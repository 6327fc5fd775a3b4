"""Lint once, as the command line asks."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click

from assembler.commands.arguments import read_env_files
from assembler.commands.outputs import Output, check_outputs, write_outputs
from assembler.diagnostics.codes import find_retired
from assembler.diagnostics.diagnostic import Collector, ProfileError, Severity
from assembler.linting.engine import Linter
from assembler.linting.project_selection import choose_rules
from assembler.linting.sharing import count_processes
from assembler.linting.targets import Target, find_targets
from assembler.policy import find_policy
from assembler.rendering.console import is_colored, write_diagnostics, write_error
from assembler.rendering.findings import Findings, find_checkout
from assembler.steps.entry_points import ignore_current_folder

if TYPE_CHECKING:
    from types import FrameType

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.deep import DeepLinter
    from assembler.linting.engine import Deepen, Outcome
    from assembler.policy import Policy

__all__ = ["LintRequest", "run_lint"]


class LintRequest(NamedTuple):
    """The options of the command line, by their names."""

    paths: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_level: str | None
    exit_zero: bool
    use_env: bool
    fix: bool
    diff: bool
    add_ignore: bool
    reason: str | None
    statistics: bool
    show_settings: bool
    quiet: bool
    deep: bool
    timeout: float
    database_url: str | None
    stdin_filename: str | None
    output_formats: tuple[Output, ...]
    policy_file: str | None

    @property
    def asked(self) -> dict[str, bool]:
        """Whether each option is given that decides what becomes of the findings."""
        return {
            "--fix": self.fix,
            "--diff": self.diff,
            "--add-ignore": self.add_ignore,
            "--statistics": self.statistics,
            "--show-settings": self.show_settings,
        }


def run_lint(request: LintRequest) -> int:
    """Lint, print what is found, and return the exit status."""
    if request.deep:
        _clear_up_at_sigterm()
    else:
        ignore_current_folder()
    outputs = check_outputs(request.output_formats)
    checkout = find_checkout(os.environ, Path.cwd())
    findings = partial(Findings, checkout=checkout, is_colored=is_colored(sys.stdout))
    found = Collector()
    try:
        if request.use_env or request.deep:
            read_env_files()
        deeper = _choose_depth(request) if request.deep else None
        policy = find_policy(os.environ, Path.cwd(), request.policy_file)
        findings = partial(findings, docs_url=policy.settings.docs_url)
        selection = choose_rules(policy, request.select, request.ignore, found)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    except ProfileError as error:  # in the chosen format, as any finding
        write_outputs(outputs, findings(error.diagnostics, ()))
        return 1
    for retired in filter(None, map(find_retired, (*request.select, *request.ignore))):
        write_error(f"warning: {retired}")
    targets = _find_targets(request, policy, found)
    level = Severity(request.fail_level or policy.settings.fail_level)
    if request.show_settings:
        from assembler.commands.lint_settings import render_settings

        click.echo(render_settings(policy, selection, level, [one.path for one in targets]))
        return 0
    env = os.environ if request.use_env or request.deep else None
    linter = Linter(policy, selection, env, processes=count_processes())
    if request.diff:
        return _show_diff(linter, targets, found)
    texts = {one.path: one.source for one in targets if one.source is not None}
    deepen = None if deeper is None else deeper.lint
    outcome, faults, done = _carry_out(request, linter, targets, texts, deepen)
    found.add(*faults)
    sources = {path: source.decode("utf-8", "replace") for path, source in texts.items()}
    unique = dict.fromkeys([*found.found, *outcome.diagnostics])
    ordered = sorted(unique, key=lambda one: one.sort_key)
    result = findings(tuple(ordered), outcome.paths, fail_level=level, sources=sources)
    is_piped = request.fix and "-" in request.paths
    write_outputs(outputs, result, to_stderr=is_piped, is_counted=request.statistics)
    if not request.quiet:
        write_error(_render_summary(result, deeper, done))
    gc.freeze()  # a last collection would be a tenth of linting one profile
    return 1 if any(map(result.fails, ordered)) and not request.exit_zero else 0


def _carry_out(
    request: LintRequest,
    linter: Linter,
    targets: list[Target],
    texts: dict[str, bytes],
    deepen: Deepen | None,
) -> tuple[Outcome, tuple[Diagnostic, ...], str | None]:
    """Lint, fix or silence; return what remains, what could not be written, and what was done."""
    if not (request.fix or request.add_ignore):
        return linter.lint(targets, deepen), (), None
    from assembler.commands.lint_fixes import write_fixes, write_ignores

    if request.fix:
        written, words = write_fixes(linter, targets, texts, deepen), "fixed"
    else:
        reason = request.reason or "baseline"
        written, words = write_ignores(linter, targets, deepen, reason), "silenced"
    return written.outcome, written.faults, f"{words} {written.number}"


def _find_targets(request: LintRequest, policy: Policy, found: Collector) -> list[Target]:
    profiles = _find_default(policy.root, policy.settings.profiles)
    named = request.paths or (profiles,)
    targets = find_targets([path for path in named if path != "-"], found, profiles)
    if "-" in named:
        targets.append(Target(request.stdin_filename or "<stdin>", sys.stdin.buffer.read()))
    return targets


def _find_default(root: Path | None, folder: str) -> str:
    return folder if root is None else os.path.relpath(root / folder)


def _choose_depth(request: LintRequest) -> DeepLinter:
    from assembler.linting.deep import DeepLinter

    if "-" in request.paths:
        message = "--deep assembles files, not standard input"
        raise click.UsageError(message)
    return DeepLinter(request.timeout, request.policy_file, request.database_url)


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
