"""Reject a string in a config file where a known key takes another type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import WRONG_CONFIG_VALUE
from assembler.linting.facts.static_config import iter_config_files
from assembler.linting.rules.form import Rule
from assembler.planning.placed_faults import place_fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_config_files(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each such string in a TOML, JSON or YAML file of the project; reads those files."""
    for step, read in iter_config_files(facts):
        if not read.named.is_of_strings:
            for fault in read.config.iter_value_faults(read.values):
                yield place_fault(fault, step, "config")


RULE = Rule(WRONG_CONFIG_VALUE, check_profile=check_config_files)
