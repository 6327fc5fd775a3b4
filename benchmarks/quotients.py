"""Read a quotient of medians, with the interval it may lie in, off the values of a row's pairs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from random import Random
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Figure", "How", "Line", "Reach", "build_figure"]

RESAMPLES = 4000
SEED = 20261124  # the interval of the same values is the same every time
OUTSIDE = 0.025  # on either side: a 95 percent interval


class How(Enum):
    """What is made of the two medians."""

    HERE_BY_THERE = "here / there"
    THERE_BY_HERE = "there / here"
    HERE_LESS_THERE = "here - there"
    HERE = "here"


@dataclass(frozen=True, slots=True)
class Reach:
    """What is to be reached: at most, or at least, a number."""

    limit: float
    at_least: bool = False

    def is_met(self, value: float) -> bool:
        """Return whether ``value`` reaches it."""
        return value >= self.limit if self.at_least else value <= self.limit


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: which quantity of a row, in which way, and what is to be reached."""

    measured: str
    against: str
    quantity: str
    unit: str  # of the medians
    how: How = How.HERE_BY_THERE
    reach: Reach | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with the interval that 95 of 100 repetitions would be expected to fall into."""

    value: float
    low: float
    high: float
    here: float  # the medians
    there: float


def build_figure(
    line: Line, here: Sequence[Mapping[str, float]], there: Sequence[Mapping[str, float]]
) -> Figure:
    """Compute the figure of a line; its interval comes from drawing pairs anew (a bootstrap)."""
    pairs = [
        (one[line.quantity], other[line.quantity]) for one, other in zip(here, there, strict=True)
    ]
    random = Random(SEED)  # noqa: S311 - statistics, no secrets
    drawn = sorted(
        _compute(line.how, random.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES)
    )
    edge = int(RESAMPLES * OUTSIDE)
    return Figure(
        _compute(line.how, pairs),
        drawn[edge],
        drawn[-1 - edge],
        median(one for one, _ in pairs),
        median(other for _, other in pairs),
    )


def _compute(how: How, pairs: Sequence[tuple[float, float]]) -> float:
    here, there = median(one for one, _ in pairs), median(other for _, other in pairs)
    if how is How.HERE_BY_THERE:
        return here / there
    if how is How.THERE_BY_HERE:
        return there / here
    return here - there if how is How.HERE_LESS_THERE else here
