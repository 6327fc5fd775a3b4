"""Gather what is found of many profiles: each finding once, with the profiles that have it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembler.diagnostics.diagnostic import Diagnostic, Fix

__all__ = ["Gathered"]


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

    def __iter__(self) -> Iterator[tuple[Diagnostic, list[str]]]:
        """Yield each finding, with its fix, and its profiles."""
        for found, children in self._children.items():
            fix = self._fixes.get(found)
            yield (found if fix is None else replace(found, fix=fix)), children
