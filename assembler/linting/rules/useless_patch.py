"""Warn of the patch for psycopg2 where the database is reached in another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.driver_choice import SCHEMES, split_scheme
from assembler.diagnostics.codes import USELESS_PATCH
from assembler.diagnostics.diagnostic import Related
from assembler.linting.facts.named_modules import find_use
from assembler.linting.rules.form import Rule
from assembler.planning.plan import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.databases import Database
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE", "check_psycopg2"]


def check_psycopg2(facts: ProfileFacts) -> Iterable[Diagnostic]:
    """Report the patch `psycopg2` where nothing goes through psycopg2."""
    if not facts.is_patched("psycopg2") or not all(map(_is_another, facts.databases)):
        return ()
    patch = next((one for one in facts.plan.live_patches if one.step.use == "psycopg2"), None)
    if patch is None or not facts.databases:
        return ()
    # Another source may name more databases. Where one is of psycopg, those will be too.
    is_postgresql = any(split_scheme(one.scheme)[0] in SCHEMES for one in facts.databases)
    has_others = any(
        one.step.use != "values" and one.decision is not Decision.SKIPPED
        for one in facts.plan.config
    )
    if (has_others and not is_postgresql) or find_use(facts, ("psycopg2",)) is not None:
        return ()
    ways = ", ".join(dict.fromkeys(one.driver or one.scheme for one in facts.databases))
    return (
        USELESS_PATCH.at(
            patch.step.place,
            f"patch 'psycopg2' changes nothing: the database is reached through {ways}",
            hint="Remove it, or write the URL as `postgresql+psycopg2://…`.",
            related=tuple(Related(one.place, "the database's URL") for one in facts.databases),
        ),
    )


def _is_another(database: Database) -> bool:
    """Tell whether the profile's text says that the database is not reached through psycopg2."""
    is_postgresql = split_scheme(database.scheme)[0] in SCHEMES
    is_open = is_postgresql and database.driver in {None, "psycopg2"}
    return database.is_certain and database.is_written and not is_open


RULE = Rule(USELESS_PATCH, check_profile=check_psycopg2)
