"""Apply fixes: all the edits of one, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assembler.diagnostics.diagnostic import Fix
    from assembler.linting.source_text import SourceText

__all__ = ["apply_fixes", "choose_fixes"]


class _Change(NamedTuple):
    """An edit by its offsets in the text."""

    start: int
    end: int
    text: str


def choose_fixes(source: SourceText, fixes: Iterable[Fix]) -> list[Fix]:
    """Return those that can be applied together, in the order of the file: none touches another.

    Equal fixes are applied once.
    """
    ordered = sorted((_get_changes(source, fix), fix) for fix in set(fixes))
    taken: list[_Change] = []
    chosen = []
    for changes, fix in ordered:
        if not any(_touches(one, other) for one in changes for other in taken):
            taken += changes
            chosen.append(fix)
    return chosen


def apply_fixes(source: SourceText, fixes: Sequence[Fix]) -> bytes:
    """Return the bytes of the file with ``fixes``, which do not touch each other, applied."""
    changes = sorted(change for fix in fixes for change in _get_changes(source, fix))
    parts, done = [], 0
    for start, end, text in changes:
        parts += [source.text[done:start], text]
        done = end
    return source.mark + "".join([*parts, source.text[done:]]).encode()


def _get_changes(source: SourceText, fix: Fix) -> list[_Change]:
    return sorted(_Change(*source.get_offsets(edit.place), edit.text) for edit in fix.edits)


def _touches(one: _Change, other: _Change) -> bool:
    """Return whether two overlap or meet: each may depend on what is next to it."""
    return one.start <= other.end and other.start <= one.end
