"""Find a config file that sets no key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import EMPTY_CONFIG_FILE
from assembler.linting.facts.static_config import iter_config_files
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault
from assembler.steps.named_file import build_empty_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_config_files(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each file of the project that holds data and sets no key; reads those files."""
    for step, read in iter_config_files(facts):
        # One that holds nothing at all stands in for what is written where the app runs.
        if read.values and not any(map(str.isupper, read.values)):
            yield place_fault(build_empty_fault(read.named, read.values), step, "config")


RULE = Rule(EMPTY_CONFIG_FILE, check_profile=check_config_files)
