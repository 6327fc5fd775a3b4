"""Find a journal whose table no revision makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.revision_files import find_folder_fault, read_revisions, read_sources
from assembler.diagnostics.codes import JOURNAL_TABLE_MISSING
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

TABLE = b"assembler_boots"
LATER_COLUMNS = (b"kind", b"generation", b"profile_snapshot", b"effects_snapshot", b"fingerprints")
SNAPSHOTS = b"assembler_snapshots"
HINT = "Run `assembler flask PROFILE db migrate` with a profile that has both steps."


def check_journal_table(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a step `journal` whose table, or part of it, is in no revision; reads their files."""
    journal = facts.due_by_use.get("journal")
    if journal is None or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    if find_folder_fault(directory) is not None or read_revisions(directory) is None:
        return
    sources = [source for source in read_sources(directory) if TABLE in source]
    lacking = [name for name in LATER_COLUMNS if not any(name in source for source in sources)]
    if not sources:
        what = "makes the table `assembler_boots` of the journal"
    elif lacking:
        *names, last = (f"`{name.decode()}`" for name in lacking)
        columns = f"columns {', '.join(names)} and {last}" if names else f"column {last}"
        what = f"gives the journal's table `assembler_boots` the {columns}"
    elif not any(SNAPSHOTS in source for source in sources):
        what = "makes the table `assembler_snapshots` of the journal"
    else:
        return
    place = journal.step.place
    yield JOURNAL_TABLE_MISSING.at(place, f"no revision {what}", hint=HINT)


RULE = Rule(JOURNAL_TABLE_MISSING, check_profile=check_journal_table)
