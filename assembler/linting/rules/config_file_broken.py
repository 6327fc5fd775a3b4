"""Reject a config file that cannot be parsed, or lacks the table that a source names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import CONFIG_FILE_BROKEN
from assembler.linting.facts.named_objects import soften
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault
from assembler.planning.plan import Decision
from assembler.planning.static_sources import find_file_faults, find_named_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_config_files(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each file of the project that holds data and is broken; reads those files."""
    for planned in facts.plan.config:
        if planned.decision is Decision.SKIPPED:
            continue
        named = find_named_file(facts.profile, facts.root, planned.step)
        for fault in () if named is None else find_file_faults(named, facts.env or {}):
            yield soften(place_fault(fault, planned.step, "config"), planned)


RULE = Rule(CONFIG_FILE_BROKEN, check_profile=check_config_files)
