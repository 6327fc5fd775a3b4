"""Define diagnostics: what is wrong with a profile, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Code",
    "Collector",
    "Diagnostic",
    "Edit",
    "Fix",
    "Place",
    "ProfileError",
    "Related",
    "Severity",
    "Span",
]


class Severity(StrEnum):
    """How bad a finding is, worst first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Span(NamedTuple):
    """A range of a file: lines and columns from 1, the end exclusive."""

    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1


class Place(NamedTuple):
    """A span of a file; ``path`` is what is shown to the user."""

    path: str
    span: Span = Span()

    @classmethod
    def in_line(cls, path: str, line: int, start: int = 1, end: int | None = None) -> Place:
        """Return the place from column ``start`` to before ``end``; empty without an end."""
        return cls(path, Span(line, start, line, start if end is None else end))

    def __str__(self) -> str:
        """Return ``path:line:column``."""
        return f"{self.path}:{self.span.line}:{self.span.column}"


class Related(NamedTuple):
    """Another place that explains a diagnostic, such as "first set here"."""

    place: Place
    message: str


class Edit(NamedTuple):
    """Replace what is at ``place`` by ``text``; an empty span inserts."""

    place: Place
    text: str


class Fix(NamedTuple):
    """A change that fixes a finding and changes nothing else; its edits do not overlap."""

    message: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: what (`message`), where (`place`), and the remedy (`hint`, a full sentence)."""

    code: str
    name: str
    severity: Severity
    message: str
    place: Place
    hint: str | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None

    @property
    def sort_key(self) -> tuple[object, ...]:
        """Order by file, then position, then code."""
        return (self.place.path, self.place.span, self.code, self.message)


class Code(NamedTuple):
    """What kind of finding it is: a number that is never reused, and a readable name."""

    number: str
    name: str
    severity: Severity = Severity.ERROR

    def at(
        self,
        place: Place,
        message: str,
        *,
        hint: str | None = None,
        related: tuple[Related, ...] = (),
        fix: Fix | None = None,
    ) -> Diagnostic:
        """Build the diagnostic of this code at ``place``."""
        return Diagnostic(self.number, self.name, self.severity, message, place, hint, related, fix)


LIMIT_SAID = 20  # findings in the words of an exception


class ProfileError(Exception):
    """The diagnostics that make a profile unusable; at least one is an error.

    As a string it has each finding with its hint, the first error first.
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> None:
        """Store the diagnostics, sorted and without duplicates."""
        # Not a set: of two that only differ in their hints the order would be another every time.
        unique = dict.fromkeys(diagnostics)
        self.diagnostics = tuple(sorted(unique, key=lambda found: found.sort_key))
        first = next(
            (d for d in self.diagnostics if d.severity is Severity.ERROR), self.diagnostics[0]
        )
        others = [one for one in self.diagnostics if one is not first]
        lines = list(map(_render, (first, *others[: LIMIT_SAID - 1])))
        more = len(self.diagnostics) - LIMIT_SAID
        super().__init__("\n".join(lines + ([f"and {more} more"] if more > 0 else [])))

    def add_errors(self, found: Iterable[Diagnostic]) -> ProfileError:
        """Return an error with those of ``found`` as well that are errors, and not here already."""
        known = {(one.place, one.code) for one in self.diagnostics}
        more = [
            one
            for one in found
            if one.severity is Severity.ERROR and (one.place, one.code) not in known
        ]
        return ProfileError([*self.diagnostics, *more])


def _render(found: Diagnostic) -> str:
    line = f"{found.place}: {found.severity}[{found.code}] {found.message}"
    return f"{line}\n  hint: {found.hint}" if found.hint else line


@dataclass(slots=True, eq=False, repr=False)
class Collector:
    """Collect diagnostics, to report all of them at once."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(self, *diagnostics: Diagnostic) -> None:
        """Add one or more findings."""
        self.found.extend(diagnostics)

    @property
    def has_errors(self) -> bool:
        """Whether a finding is an error."""
        return any(found.severity is Severity.ERROR for found in self.found)

    def raise_errors(self) -> None:
        """Raise `ProfileError` with everything found so far, if any of it is an error."""
        if self.has_errors:
            raise ProfileError(self.found)
