"""Give the one form of a rule: a thing to find in profiles, in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.linting.facts.lint_facts import FileFacts, FolderFacts, ProfileFacts

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to find; the docstring of its module is its page.

    A rule without a check is reported by the stage that finds it: the parser, composing, typing,
    planning, assembling, serving. What a check gives must carry the rule's code. Each is given
    facts and reads nothing else but, where it says so, files; it imports nothing of the project.
    """

    code: Code
    check_file: Callable[[FileFacts], Iterable[Diagnostic]] | None = None
    check_profile: Callable[[ProfileFacts], Iterable[Diagnostic]] | None = None
    check_folder: Callable[[FolderFacts], Iterable[Diagnostic]] | None = None
    asks_abstract: bool = False  # whether `check_profile` is asked of abstract profiles too
