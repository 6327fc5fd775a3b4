"""Define the form of a rule: one check, in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assembler.diagnostics.diagnostic import Code, Diagnostic
    from assembler.linting.facts.lint_facts import FileFacts, FolderFacts, ProfileFacts

__all__ = ["Rule"]


class Rule(NamedTuple):
    """A check; each diagnostic it yields carries ``code``.

    It reads the facts it is passed, and files where its page says so; it imports nothing of the
    project.
    """

    code: Code
    check_file: Callable[[FileFacts], Iterable[Diagnostic]] | None = None
    check_profile: Callable[[ProfileFacts], Iterable[Diagnostic]] | None = None
    check_folder: Callable[[FolderFacts], Iterable[Diagnostic]] | None = None
    asks_abstract: bool = False  # whether `check_profile` runs on abstract profiles too
