"""Find a config source of which nothing is in force, since a later one sets it all again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import USELESS_SOURCE
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.source_repeats import (
    find_key_repeats,
    find_same_sources,
    has_repeated_use,
    is_all_repeated,
)
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each source that sets nothing that stays."""
    if not has_repeated_use(facts.profile):
        return
    for step, same in find_same_sources(facts.profile):
        yield USELESS_SOURCE.at(
            step.place,
            f"the source '{step.name}' is useless: '{same.name}' sets the same again",
            hint="Remove it.",
            related=(Related(same.place, f"'{same.name}' stands here"),),
        )
    repeats = find_key_repeats(facts.profile)
    for step in {id(repeat.step): repeat.step for repeat in repeats}.values():
        if is_all_repeated(step, repeats):
            related = [one for one in repeats if one.step is step][:1]
            yield USELESS_SOURCE.at(
                step.place,
                f"the source '{step.name}' is useless: each of its keys is set again",
                hint="Remove it.",
                related=tuple(Related(one.again.place, "such as here") for one in related),
            )


RULE = Rule(USELESS_SOURCE, check_profile=check_profile)
