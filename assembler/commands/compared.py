"""Compare profiles for `diff` and `plan --against`, and print what differs."""

from __future__ import annotations

import os
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assembler.comparing.comparison import HERE, Side, Where, compare_profiles, describe_lone
from assembler.comparing.differences import Comparison
from assembler.comparing.output import RENDERERS
from assembler.comparing.revision import GitError, open_revision
from assembler.diagnostics.diagnostic import ProfileError
from assembler.files import is_file
from assembler.linting.targets import iter_profile_files
from assembler.policy import find_policy
from assembler.rendering.console import write_diagnostics

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["compare_pair", "compare_with_revision", "write_comparisons"]

STATUS_SAME, STATUS_DIFFERENT, STATUS_UNKNOWN = 0, 1, 2


def compare_pair(
    left: Side, right: Side, policy_file: str | None, live_seconds: float | None = None
) -> Comparison:
    """Compare two profiles, and their apps where ``live_seconds`` says how long making one takes.

    Each app is made in a process of its own; a base has none.
    """
    found = compare_profiles(left, right, policy_file)
    if live_seconds is None or found.status == "unknown" or found.is_base:
        return found
    from assembler.ledger.pairs import compare_apps

    return compare_apps(found, (left, right), policy_file, live_seconds)


def compare_with_revision(
    revision: str,
    profile: str | None,
    policy_file: str | None,
    live_seconds: float | None = None,
) -> list[Comparison]:
    """Compare a profile, or all that are no bases, with those of a revision of the repository.

    Raises:
        UsageError: if git does not give the revision.
    """
    named = [] if profile is None else [os.path.relpath(profile)]
    try:
        with open_revision(revision, *named, is_whole=live_seconds is not None) as folder:
            then = Where(folder, f"{revision}:")
            try:
                profiles = named or _list_profiles(then, policy_file)
            except ProfileError as error:
                here = (f"{revision}:", "the profiles")
                return [Comparison(*here, "unknown", diagnostics=error.diagnostics)]
            compared = [_compare(one, then, policy_file, live_seconds) for one in profiles]
            return [one for one in compared if named or not one.is_base]
    except GitError as error:
        raise click.UsageError(str(error)) from error


def write_comparisons(comparisons: Sequence[Comparison], output_format: str) -> int:
    """Print comparisons, and return the exit status."""
    if output_format != "json":
        write_diagnostics(fault for one in comparisons for fault in one.diagnostics)
    click.echo(RENDERERS[output_format](comparisons), nl=False)
    statuses = {one.status for one in comparisons}
    if "unknown" in statuses:
        return STATUS_UNKNOWN
    return STATUS_DIFFERENT if statuses - {"same"} else STATUS_SAME


def _list_profiles(then: Where, policy_file: str | None) -> list[str]:
    """Return the profiles of both sides, each once."""
    found: dict[str, None] = {}
    for where in (HERE, then):
        with chdir(where.folder or Path.cwd()):
            policy = find_policy(os.environ, Path.cwd(), policy_file)
            folder = os.path.relpath((policy.root or Path()) / policy.settings.profiles)
            found.update(dict.fromkeys(iter_profile_files(folder)))
    return sorted(found)


def _compare(
    profile: str, then: Where, policy_file: str | None, live_seconds: float | None
) -> Comparison:
    old, new = Side(profile, then), Side(profile)
    was_there, is_there = (
        is_file((where.folder or Path.cwd()) / profile) for where in (then, HERE)
    )
    if was_there and not is_there:
        return describe_lone(old, "removed", policy_file)
    if is_there and not was_there:
        return describe_lone(new, "added", policy_file)
    return compare_pair(old, new, policy_file, live_seconds)
