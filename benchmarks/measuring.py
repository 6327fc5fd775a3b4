"""Measure two sides in turn, pair by pair, and keep every value."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from benchmarks.quotients import Line

__all__ = ["Measured", "NotMeasurable", "Row", "Sides", "measure_row"]


class NotMeasurable(Exception):
    """Raise where a row cannot be measured on this machine, with what is missing."""


class Sides(Protocol):
    """The two sides of a row; each call measures one once, and gives its quantities by name."""

    def measure_here(self) -> Mapping[str, float]:
        """Measure what the row is about."""

    def measure_there(self) -> Mapping[str, float]:
        """Measure what it is held against."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is measured, with the lines of the table that are read off it."""

    name: str
    summary: str
    open_sides: Callable[[], AbstractContextManager[Sides]]  # starts, and stops, what both need
    lines: tuple[Line, ...]
    pairs: int  # how many, unless the command line says otherwise
    warm_up_pairs: int = 1  # measured and thrown away: they fill caches of files and bytecode


@dataclass(slots=True)
class Measured:
    """The values of one row: one of each side for every pair."""

    row: Row
    here: list[Mapping[str, float]] = field(default_factory=list)
    there: list[Mapping[str, float]] = field(default_factory=list)
    missing: str | None = None  # why there are none


def measure_row(row: Row, pairs: int | None = None) -> Measured:
    """Measure ``pairs`` pairs; the side that goes first changes from pair to pair.

    Writes its progress to standard error.
    """
    measured = Measured(row)
    try:
        with row.open_sides() as sides:
            for number in range(-row.warm_up_pairs, pairs or row.pairs):
                _report_progress(row, number, pairs or row.pairs)
                here, there = _measure_pair(sides, is_turned=number % 2 == 1)
                if number >= 0:
                    measured.here.append(here)
                    measured.there.append(there)
    except NotMeasurable as reason:
        measured.missing = str(reason)
    return measured


def _measure_pair(
    sides: Sides, *, is_turned: bool
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    if is_turned:
        there = sides.measure_there()
        return sides.measure_here(), there
    here = sides.measure_here()
    return here, sides.measure_there()


def _report_progress(row: Row, number: int, pairs: int) -> None:
    """Write over the same line on a terminal; elsewhere one line tells that the row has begun."""
    words = f"pair {number + 1} of {pairs}" if number >= 0 else "warming up"
    if sys.stderr.isatty():
        end = "\n" if number == pairs - 1 else ""
        sys.stderr.write(f"\r\x1b[K{row.name}: {words}{end}")
    elif number == -row.warm_up_pairs:
        sys.stderr.write(f"{row.name}: {row.summary}; {pairs} pairs\n")
    sys.stderr.flush()
