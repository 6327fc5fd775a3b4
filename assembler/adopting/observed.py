"""Hold what a watched run told: which lines ran, and which objects the names there meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Answer", "Observed", "Question"]


class Question(NamedTuple):
    """What the run is asked: whether the object of this expression is that of the reference."""

    file: str
    line: int
    expression: str  # a name, or a chain of attributes
    reference: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the run says of one question."""

    is_same: bool | None  # ``None``: the expression was not reached, or has no object there
    names: tuple[str, ...] = ()  # references that do name it
    parameters: tuple[tuple[str, int], ...] | None = None  # of its signature: name and kind


@dataclass(slots=True)
class Observed:
    """One run; without one, nothing is known."""

    lines: frozenset[tuple[str, int]] = frozenset()  # of the statements that ran
    answers: dict[Question, Answer] = field(default_factory=dict)
    import_name: str | None = None
    models: tuple[str, ...] = ()  # the modules of the models
    health: str | None = None  # the path at which the app says that it is well
    config_types: dict[str, str] = field(default_factory=dict)
    failure: str | None = None
    has_run: bool = False

    def has_reached(self, file: str, line: int) -> bool:
        """Return whether a line ran."""
        return (file, line) in self.lines

    def find(self, question: Question) -> Answer | None:
        """Return what is known of an expression."""
        return self.answers.get(question)
