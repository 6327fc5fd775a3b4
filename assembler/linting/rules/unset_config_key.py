"""Find a condition that asks for a config key which no source sets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import UNSET_CONFIG_KEY
from assembler.linting.facts.config_keys import KNOWN, find_near_key
from assembler.linting.facts.static_config import find_static_config
from assembler.linting.rules.form import Rule
from assembler.modules.config_object import SET_AT_RUN
from assembler.planning.plan import Decision
from assembler.planning.unset_keys import find_unset_keys, iter_asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report each such key where every source is known; reads the config files of the project."""
    asking = [
        planned.step
        for planned in (*facts.plan.config, *facts.plan.extensions)
        if planned.step.condition is not None
        and planned.decision is not Decision.SKIPPED
        and any(iter_asked(planned.step))
    ]
    config = find_static_config(facts) if asking else None
    if config is None:
        return
    # What libraries read, Flask or one of them may have set.
    for step in asking:
        heads = {asked.node.place: asked.path.partition(".")[0] for asked in iter_asked(step)}
        for found in find_unset_keys(step, config, facts.plan.config):
            head = heads[found.place]
            is_own = head not in KNOWN and find_near_key(head) is None
            if is_own and config.get(head) is not SET_AT_RUN:
                yield found


RULE = Rule(UNSET_CONFIG_KEY, check_profile=check_profile)
