"""Reject going on after a revision that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.revision_files import find_folder_fault, find_gap, read_revisions
from assembler.diagnostics.codes import MIGRATION_FAILED
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_revisions(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report revisions that Alembic cannot put in a row; reads their files."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    revisions = read_revisions(directory) if find_folder_fault(directory) is None else None
    gap = None if revisions is None else find_gap(revisions)
    if gap is not None:
        revision, message = gap
        yield MIGRATION_FAILED.at(
            facts.migrations.place_in(facts.profile.composed.path),
            message,
            hint="Fix the `down_revision`, or restore the missing file.",
            related=(Related(revision.place, "this revision"),),
        )


RULE = Rule(MIGRATION_FAILED, check_profile=check_revisions)
