"""Reject revisions with more than one head."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.revision_files import (
    find_folder_fault,
    find_forked_heads,
    find_gap,
    find_heads,
    read_revisions,
)
from assembler.diagnostics.codes import SEVERAL_HEADS
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

LIMIT_RELATED = 5


def check_several_heads(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a folder of migrations with several heads; reads its files."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    revisions = read_revisions(directory) if find_folder_fault(directory) is None else None
    if revisions is None or find_gap(revisions) is not None:  # reported as a failed migration
        return
    forked = find_forked_heads(
        (head.revision for head in find_heads(revisions)), lambda name: revisions[name].downs
    )
    if not forked:
        return
    heads = [revisions[name] for name in forked]
    names = ", ".join(f'"{head.revision}"' for head in heads)
    yield SEVERAL_HEADS.at(
        facts.migrations.place_in(facts.profile.composed.path),
        f"the revisions have {len(heads)} heads, expected one: {names}",
        hint="Merge them with `flask db merge heads`.",
        related=tuple(Related(head.place, "a head") for head in heads[:LIMIT_RELATED]),
    )


RULE = Rule(SEVERAL_HEADS, check_profile=check_several_heads)
