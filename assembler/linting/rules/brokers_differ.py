"""Find a worker that uses another broker than the web profile of the same app."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import BROKERS_DIFFER
from assembler.linting.facts.shared_services import report_strangers
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts

__all__ = ["RULE"]


def check_brokers_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each profile whose broker no web profile of its app uses."""
    for family in facts.families:
        others = [one for one in family.others if one.role != "migrations"]
        read = attrgetter("broker")
        yield from report_strangers(BROKERS_DIFFER, "broker", family.webs, others, read)


RULE = Rule(BROKERS_DIFFER, check_folder=check_brokers_differ)
