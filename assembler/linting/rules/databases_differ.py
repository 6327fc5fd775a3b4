"""Find a profile that uses another database than the web profile of the same app."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import DATABASES_DIFFER
from assembler.linting.facts.shared_services import report_strangers
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts

__all__ = ["RULE"]


def check_databases_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each profile whose database no web profile of its app uses."""
    for family in facts.families:
        read = attrgetter("database")
        yield from report_strangers(DATABASES_DIFFER, "database", family.webs, family.others, read)


RULE = Rule(DATABASES_DIFFER, check_folder=check_databases_differ)
