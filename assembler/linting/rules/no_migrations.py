"""Reject migrating without a folder of migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.database.revision_files import find_folder_fault
from assembler.diagnostics.codes import NO_MIGRATIONS
from assembler.diagnostics.excerpt import shorten_path
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import ProfileFacts

__all__ = ["RULE"]


def check_no_migrations(facts: ProfileFacts) -> Iterator[Diagnostic]:
    """Report a missing folder of migrations, or one without an ``env.py``."""
    if facts.profile.role != "migrations" or facts.migrations is None:
        return
    directory = facts.root / facts.migrations.text
    fault = find_folder_fault(directory)
    if fault is not None:
        yield NO_MIGRATIONS.at(
            facts.migrations.place_in(facts.profile.composed.path),
            f'the folder of migrations "{shorten_path(directory)}" {fault}',
            hint="Name it relative to the project's root, or create it with `flask db init`.",
        )


RULE = Rule(NO_MIGRATIONS, check_profile=check_no_migrations)
