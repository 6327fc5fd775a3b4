"""Complete what the shell asks for; what a function needs is imported when it is asked."""

from __future__ import annotations

import os
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click
    from click.shell_completion import CompletionItem

__all__ = [
    "complete_catalog",
    "complete_flask",
    "complete_profiles",
    "complete_rule",
    "complete_rules",
]


def complete_profiles(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the profiles of the project's folder, else any file."""
    from click.shell_completion import CompletionItem

    from assembler.diagnostics.diagnostic import ProfileError
    from assembler.linting.targets import iter_profile_files
    from assembler.policy import find_policy

    try:
        policy = find_policy(os.environ, Path.cwd(), context.params.get("policy_file"))
    except ProfileError:
        return [CompletionItem(incomplete, type="file")]
    folder = os.path.relpath((policy.root or Path()) / policy.settings.profiles)
    found = _select(((name, None) for name in iter_profile_files(folder)), incomplete)
    return found or [CompletionItem(incomplete, type="file")]


def complete_catalog(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the names of the kinds that the options choose; without any, of all kinds."""
    from assembler.commands.catalog_entries import KINDS, iter_entries
    from assembler.steps.entry_points import ignore_current_folder

    ignore_current_folder()
    entries = iter_entries(context.params.get("kinds") or tuple(KINDS))
    return _select(((one.name, one.summary) for one in entries), incomplete)


def complete_rule(
    _context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete a rule's name, or its number."""
    from assembler.diagnostics.codes import CODES

    names = [(one.name, one.number) for one in CODES]
    return _select([*names, *((number, name) for name, number in names)], incomplete)


def complete_rules(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete the last rule of a list with commas."""
    from click.shell_completion import CompletionItem

    before, comma, last = incomplete.rpartition(",")
    found = complete_rule(context, parameter, last)
    return [CompletionItem(f"{before}{comma}{one.value}", help=one.help) for one in found]


def complete_flask(
    context: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Complete Flask's commands, those of the app and what they take: assembles the app.

    As `flask` does itself. An app that cannot be assembled leaves Flask's own commands.
    """
    given = context.params
    # Whatever the app says meanwhile would be read by the shell.
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        return _ask_flask(
            given["profile"], given.get("policy_file"), given["arguments"], incomplete
        )


def _ask_flask(
    profile: str, policy_file: str | None, words: Iterable[str], incomplete: str
) -> list[CompletionItem]:
    from click.shell_completion import ShellComplete
    from flask.cli import FlaskGroup, NoAppException

    from assembler.diagnostics.diagnostic import ProfileError
    from assembler.entry.flask import build_flask_app
    from assembler.language.environment import load_env_files
    from assembler.planning.loading import prepare_path
    from assembler.policy import find_policy

    def build() -> object:
        os.environ["ASSEMBLER_CANARY"] = "1"  # nobody is served
        try:
            load_env_files()
            prepare_path(find_policy(os.environ, Path.cwd(), policy_file), Path.cwd())
            return build_flask_app(profile, policy_file)
        except (ProfileError, SystemExit) as error:
            raise NoAppException(str(error)) from error

    group = FlaskGroup(create_app=build, set_debug_flag=False, load_dotenv=False)  # type: ignore[arg-type]  # FLASK
    return ShellComplete(group, {}, "assembler flask", "").get_completions(list(words), incomplete)


def _select(found: Iterable[tuple[str, str | None]], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    wanted = incomplete.lower()
    return [
        CompletionItem(value, help=said)
        for value, said in found
        if value.lower().startswith(wanted)
    ]
