"""Fix profiles for ``assembler lint --fix``, or show how for ``--diff``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from assembler.linting.diffing import render_diff
from assembler.linting.fixing import fix_profiles
from assembler.linting.ignoring import add_ignores
from assembler.linting.selection import ALWAYS
from assembler.linting.writing import write_fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.engine import Deepen, Linter, Outcome
    from assembler.linting.targets import Target

__all__ = ["Written", "show_fixes", "write_fixes", "write_ignores"]


class Written(NamedTuple):
    """What remains once fixes are written, and how many findings were fixed."""

    outcome: Outcome
    number: int
    faults: tuple[Diagnostic, ...]  # of the files that could not be written


def write_fixes(
    linter: Linter, targets: Sequence[Target], texts: dict[str, bytes], deepen: Deepen | None
) -> Written:
    """Fix the files and write them.

    Args:
        linter: Finds what can be fixed.
        targets: The files that may be changed.
        texts: What is not on disk, as standard input; changed in place, and written to standard
            output.
        deepen: Checks profiles further once the files are fixed.
    """
    fixed = fix_profiles(linter, targets)
    count, faults = 0, []
    for file in fixed.files:
        fault = None
        if file.path in texts:
            texts[file.path] = file.after
        else:
            fault = write_fixed(file)
        count += 0 if fault else file.count
        faults += [fault] if fault else []
    for text in texts.values():
        sys.stdout.buffer.write(text)
    sys.stdout.flush()
    outcome = fixed.outcome
    if faults or deepen is not None:  # the files may differ from what was fixed
        outcome = fixed.explain(linter.lint(targets, deepen))
    return Written(outcome, count, tuple(faults))


def write_ignores(
    linter: Linter, targets: Sequence[Target], deepen: Deepen | None, reason: str
) -> Written:
    """Write a comment for each finding into the files, which silences it.

    Args:
        linter: Finds what is to be silenced.
        targets: The files that may be changed.
        deepen: Checks profiles further.
        reason: What stands in each comment.
    """
    before = linter.lint(targets, deepen, has_fixes=False)
    faults = []
    for file in add_ignores(targets, before.diagnostics, reason):
        fault = write_fixed(file)
        faults += [fault] if fault else []
    outcome = linter.lint(targets, deepen)
    number = len(before.diagnostics) - len(outcome.diagnostics)
    return Written(outcome, max(number, 0), tuple(faults))


def show_fixes(linter: Linter, targets: Sequence[Target]) -> tuple[int, tuple[Diagnostic, ...]]:
    """Print what fixing would change, and write nothing.

    Returns:
        How many findings would be fixed, and why files cannot be read.
    """
    fixed = fix_profiles(linter, targets)
    for file in fixed.files:
        click.echo(render_diff(file), nl=False)
    unread = tuple(one for one in fixed.outcome.diagnostics if one.code in ALWAYS)
    return fixed.count, unread
