"""Warn about a database URL that starts with `postgres://`, which SQLAlchemy does not accept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.url import BINDS_KEY, URI_KEY
from assembler.diagnostics.codes import OLD_DATABASE_SCHEME
from assembler.document.nodes import ScalarNode, iter_scalars
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]

OLD_SCHEME = "postgres://"


def check_profile(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Find the URLs of the config that SQLAlchemy is given as they are."""
    for key in (URI_KEY, BINDS_KEY):
        if key in facts.set_values and "database" not in facts.due_by_use:
            # The last one is in force.
            for scalar in iter_scalars(facts.set_values[key][-1].value):
                if scalar.text.startswith(OLD_SCHEME):
                    yield _build_diagnostic(key, scalar)


def _build_diagnostic(key: str, scalar: ScalarNode) -> Diagnostic:
    return OLD_DATABASE_SCHEME.at(
        scalar.place,
        f"SQLAlchemy does not accept '{OLD_SCHEME}' in {key}",
        hint="Write `postgresql://`.",
    )


RULE = Rule(OLD_DATABASE_SCHEME, check_profile=check_profile)
