"""Reject a revision whose name does not fit into Alembic's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.revision_files import find_folder_fault, read_revisions
from assembler.diagnostics.codes import REVISION_ID_TOO_LONG
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

LIMIT_CHARACTERS = 32  # of `version_num`, as Alembic makes it


def check_revision_ids(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each revision whose name is too long; reads the files of revisions."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    revisions = read_revisions(directory) if find_folder_fault(directory) is None else None
    for name, revision in (revisions or {}).items():
        if len(name) > LIMIT_CHARACTERS:
            yield REVISION_ID_TOO_LONG.at(
                facts.migrations.place_in(facts.profile.composed.path),
                f'the revision "{name}" has {len(name)} characters, expected '
                f"{LIMIT_CHARACTERS} or fewer",
                hint="Shorten it, and in the `down_revision` of the one that follows.",
                related=(Related(revision.place, "this revision"),),
            )


RULE = Rule(REVISION_ID_TOO_LONG, check_profile=check_revision_ids)
