"""Define what a factory does, one action at a time, as a profile will say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import ast

    from assembler.adopting.scopes import Scope

__all__ = ["AS_WATCHED", "CONFIRMED", "SOURCE_ONLY", "Action", "Leftover"]

CONFIRMED = "confirmed"  # the run did the same, with the same objects
SOURCE_ONLY = "source only"  # the run did not come here
AS_WATCHED = "as watched"  # what the source leaves open is written as the run had it


@dataclass(slots=True)
class Action:
    """One step, or the app itself."""

    kind: Literal["app", "config", "extension"]
    use: str | None
    file: str = ""
    line: int = 0
    options: dict[str, Any] = field(default_factory=dict)
    init: dict[str, Any] | None = None
    adapter: str | None = None
    name: str | None = None
    when: Any = True
    is_in_context: bool = False
    is_default: bool = False  # a config value that what comes before it does not override
    sets_config: bool = False  # it is a function of the project that does so, among other things
    mark: str = SOURCE_ONLY
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Leftover:
    """Statements that a profile has no words for."""

    statements: list[ast.stmt]
    scope: Scope
    reason: str
    when: Any = True
    is_in_context: bool = False
    mark: str = SOURCE_ONLY
    comes_first: bool = False  # before any extension

    @property
    def file(self) -> str:
        """The file they are in."""
        return self.scope.file

    @property
    def line(self) -> int:
        """Their first line, that of a decorator too."""
        first = self.statements[0]
        decorators = getattr(first, "decorator_list", [])
        return min(first.lineno, *(int(one.lineno) for one in decorators), first.lineno)

    @property
    def end_line(self) -> int:
        """Their last line."""
        return self.statements[-1].end_lineno or self.statements[-1].lineno
