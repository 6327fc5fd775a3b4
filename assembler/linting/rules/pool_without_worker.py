"""Find conditions that ask for Celery's pool in a profile that never has one."""

from __future__ import annotations

import os
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import POOL_WITHOUT_WORKER
from assembler.diagnostics.diagnostic import Collector
from assembler.document.nodes import find_text
from assembler.language.composition import compose_profile
from assembler.language.condition import NO_POOL
from assembler.linting.rules.form import Rule
from assembler.linting.targets import iter_profile_files
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_pool_conditions"]


def check_pool_conditions(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report steps that are off because there is no pool, where no worker takes them over."""
    plan, own = facts.plan, facts.profile.composed.path
    never = [
        when.place
        for one in chain(plan.patches, plan.config, plan.extensions)
        if one.decision is Decision.SKIPPED and one.reason == NO_POOL
        # What a base says may be meant for others that extend it.
        if (when := one.step.node.get("when")) is not None and when.path == own
    ]
    if not never or _has_worker(facts):
        return
    message = f"this is never true: a profile with the role '{facts.profile.role}' has no pool"
    hint = "Remove the condition, and set it in the profile of the worker."
    yield from (POOL_WITHOUT_WORKER.at(place, message, hint=hint) for place in never)


def _has_worker(facts: ProfileFacts) -> bool:
    """Return whether a worker's profile extends this one."""
    file = os.path.realpath(facts.profile.file)
    folders = {facts.profile.file.parent, facts.root / facts.policy.settings.profiles}
    others = {os.path.realpath(one) for each in folders for one in iter_profile_files(str(each))}
    for other in sorted(others - {file}):
        composed = compose_profile(Path(other), Collector(), root=facts.root)
        if composed is None or find_text(composed.root.get("role")) != "worker":
            continue
        if file in map(os.path.realpath, composed.files.values()):
            return True
    return False


RULE = Rule(POOL_WITHOUT_WORKER, check_profile=check_pool_conditions)
