"""Find a config key that one `values` source sets and a later one sets again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import KEY_SET_TWICE
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.source_repeats import find_key_repeats, is_all_repeated
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each key that is set again, at its second place."""
    repeats = find_key_repeats(facts.profile)
    for step, key, again in repeats:
        if not is_all_repeated(step, repeats):
            yield KEY_SET_TWICE.at(
                again.place,
                f'"{again.text}" is set before, and that value is never in force',
                hint="Set it in one place.",
                related=(Related(key.place, "first set here"),),
            )


RULE = Rule(KEY_SET_TWICE, check_profile=check_profile)
