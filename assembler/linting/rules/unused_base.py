"""Find a base that no profile extends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assembler.diagnostics.codes import UNUSED_BASE
from assembler.linting.rules.form import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.linting.facts.lint_facts import FolderFacts

__all__ = ["RULE"]


def check_unused_base(facts: FolderFacts) -> Iterator[Diagnostic]:
    """Report each abstract profile that none extends."""
    for place in facts.unused.values():
        yield UNUSED_BASE.at(
            place, "no profile extends this base", hint="Extend it, or remove the file."
        )


RULE = Rule(UNUSED_BASE, check_folder=check_unused_base)
