"""Find a migrations profile that patches its process with gevent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MIGRATIONS_PATCHED
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

PATCH = "gevent"


def check_migrations_patched(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a migrations profile with gevent, at its patch or, if a base has that, its role."""
    profile = facts.profile
    if profile.role != "migrations" or not facts.is_patched(PATCH):
        return
    patch = next(one.step for one in facts.plan.live_patches if one.step.use == PATCH)
    is_own = patch.place.path == profile.composed.path
    yield MIGRATIONS_PATCHED.at(
        patch.place if is_own else profile.place_of("role"),
        "a migrations profile patches its process with gevent",
        hint="Write `patches: []`." if not is_own else "Remove the patch.",
        related=() if is_own else (Related(patch.place, "patched here"),),
    )


RULE = Rule(MIGRATIONS_PATCHED, check_profile=check_migrations_patched)
