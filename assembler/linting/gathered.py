"""Gather what is found of many profiles: each finding once, with the profiles that have it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Fix, Place

__all__ = ["Gathered", "drop_explained"]

# What is written so is why something else is wrong with it.
EXPLAINING = frozenset(
    one.number
    for one in (codes.CURLY_QUOTES, codes.INVISIBLE_CHARACTER, codes.MALFORMED_INTERPOLATION)
)


class Gathered:
    """Findings, with the profiles that each was found in.

    A fault of a base is found in each profile that extends it. If they do not agree on its fix, it
    has none.
    """

    __slots__ = ("_children", "_fixes")

    def __init__(self) -> None:
        """Start with none."""
        self._children: dict[Diagnostic, list[str]] = {}
        self._fixes: dict[Diagnostic, Fix | None] = {}

    def add(self, found: Diagnostic, path: str | None = None) -> None:
        """Add a finding of the profile ``path``; ``None``: of a folder."""
        fix = found.fix
        if fix is not None:
            found = replace(found, fix=None)
        children = self._children.get(found)
        if children is None:
            children = self._children[found] = []
            if fix is not None:
                self._fixes[found] = fix
        elif self._fixes.get(found) != fix:
            self._fixes[found] = None
        if path is not None:
            children.append(path)

    def add_deeper(self, deeper: Iterable[Diagnostic], path: str) -> None:
        """Add what a trial found, but for what is known in other words, with the same remedy."""
        known = {(one.code, one.severity, one.place, one.hint) for one in self._children}
        for found in deeper:
            is_same = replace(found, fix=None) in self._children
            key = (found.code, found.severity, found.place, found.hint)
            if is_same or key not in known:
                self.add(found, path)

    def __iter__(self) -> Iterator[tuple[Diagnostic, list[str]]]:
        """Yield each finding, with its fix, and its profiles."""
        for found, children in self._children.items():
            fix = self._fixes.get(found)
            yield (found if fix is None else replace(found, fix=fix)), children


def drop_explained(found: list[Diagnostic]) -> list[Diagnostic]:
    """Return ``found`` without what follows from how a value is written, which is told there.

    What tells it is an error if one of those is.
    """
    strangers = {one.place.path for one in found if one.code == codes.NOT_A_PROFILE.number}
    if strangers:
        found = [
            one
            for one in found
            if one.code == codes.NOT_A_PROFILE.number or one.place.path not in strangers
        ]
    causes = [one for one in found if one.code in EXPLAINING]
    if not causes:
        return found
    starts = {start: one for one in causes for start in _list_starts(one.place)}
    kept, worse = [], set()
    for one in found:
        (path, span), cause = one.place, None
        if one.code not in EXPLAINING:
            cause = starts.get((path, span.line, span.column)) or starts.get(
                (path, span.end_line, -span.end_column)
            )
        if cause is None:
            kept.append(one)
        elif one.severity is Severity.ERROR:
            worse.add(cause)
    return [replace(one, severity=Severity.ERROR) if one in worse else one for one in kept]


def _list_starts(place: Place) -> list[tuple[str, int, int]]:
    """Return where what follows from ``place`` begins, or (below 0) where the key before ends."""
    path, (line, column, *_) = place
    return [(path, line, column), (path, line, 2 - column)]
