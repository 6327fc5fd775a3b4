"""Reject a database driver that blocks gevent's event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.driver import find_block
from assembler.diagnostics.codes import BLOCKING_DRIVER
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_drivers"]


def check_drivers(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report the databases that would block, at the place at which running reports them."""
    if not facts.is_patched("gevent") or not any(one.driver for one in facts.databases):
        return
    psycopg2 = [one for one in facts.plan.patches if one.step.use == "psycopg2"]
    is_live = any(one.decision is not Decision.SKIPPED for one in psycopg2)
    for database in facts.databases:
        if database.driver is None or not database.is_certain:
            continue
        fault = find_block(database.key, database.driver, psycopg2_live=is_live)
        if fault is not None:
            place = facts.profile.place_of("patches")
            if database.is_option:
                place = facts.due_by_use["database"].step.place
            yield BLOCKING_DRIVER.at(place, fault.message, hint=fault.hint)


RULE = Rule(BLOCKING_DRIVER, check_profile=check_drivers)
