"""Find a migrations profile whose revisions are not those of the web profile."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from assembler.diagnostics.codes import MIGRATIONS_DIFFER
from assembler.diagnostics.diagnostic import Related
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts

__all__ = ["RULE"]


def check_migrations_differ(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each folder of revisions that no web profile of the same app has."""
    for family in facts.families:
        webs = [(one, one.migrations) for one in family.webs if one.migrations is not None]
        known = {os.path.normpath(said.text) for _, said in webs}
        for other in family.others if webs else ():
            said = other.migrations
            if other.role != "migrations" or said is None or os.path.normpath(said.text) in known:
                continue
            web, web_said = webs[0]
            yield MIGRATIONS_DIFFER.at(
                other.place_of(said),
                f"'{other.name}' has its revisions in \"{said.text}\", "
                f"'{web.name}' in \"{web_said.text}\"",
                hint="Write the step `migrate` once, in a base that both extend.",
                related=(Related(web.place_of(web_said), f"'{web.name}' sets it here"),),
            )


RULE = Rule(MIGRATIONS_DIFFER, check_folder=check_migrations_differ)
