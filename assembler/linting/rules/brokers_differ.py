"""Find a worker that uses another broker than the web profile of the same app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import BROKERS_DIFFER
from assembler.linting.facts.service_url import Use, report_strangers
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts
    from assembler.linting.facts.profile_summary import ProfileSummary

__all__ = ["RULE"]


def check_brokers_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each profile whose broker no web profile of its app has."""
    for family in facts.families:
        others = [one for one in family.others if one.role != "migrations"]
        # The same Redis holds caches and sessions too, which a role may have for itself.
        has_broker = any(
            one.broker is not None and one.broker.text for one in (*family.webs, *others)
        )
        yield from report_strangers(
            BROKERS_DIFFER,
            "broker",
            [_find_use(one, has_broker=has_broker) for one in family.webs],
            [_find_use(one, has_broker=has_broker) for one in others],
        )


def _find_use(summary: ProfileSummary, *, has_broker: bool) -> Use:
    return Use(summary, summary.broker if has_broker else summary.redis)


RULE = Rule(BROKERS_DIFFER, check_folder=check_brokers_differ)
