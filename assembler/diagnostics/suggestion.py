"""Guess the name that was meant."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "count_typos",
    "find_certain",
    "find_meant",
    "render_names",
    "render_naming",
    "render_suggestion",
]

CUTOFF = 0.7  # difflib's ratio; below it a guess misleads more often than it helps
CUTOFF_REST = 0.6  # the same, of what is left without the words that both have
NEAREST = 3
# Servers, drivers and loops that there are, and that a profile does not take: no slips of others.
REAL_NAMES = frozenset({"eventlet", "hypercorn", "psycopg", "uvicorn", "waitress"})
LIMIT_SHOWN = 8
LIMIT_TYPOS = 2
SHORT_LENGTH = 5  # up to it, two mistakes make another word
LEAST_LENGTH = 3
# Guessing takes the product of both: nobody misspells so long a name, or picks one out of so many.
LIMIT_LENGTH = 100
LIMIT_KNOWN = 1000
MANY_KNOWN = 200  # from then on only those with the same first letter are looked at


def find_meant(name: str, known: Iterable[str]) -> str | None:
    """Return the nearest of ``known`` to ``name``, or ``None`` if none is near.

    Also ``None`` for more than `LIMIT_KNOWN` names, or one of more than `LIMIT_LENGTH` characters.
    """
    known = known if isinstance(known, Collection) else list(known)
    if len(name) > LIMIT_LENGTH or len(known) > LIMIT_KNOWN:
        return None
    return _find_meant(name, tuple(known))


@lru_cache(maxsize=256)  # a mistake is often made again, and guessing is dear
def _find_meant(name: str, known: tuple[str, ...]) -> str | None:
    from difflib import get_close_matches  # noqa: PLC0415 - only for a mistake

    lower = name.lower()
    if len(known) > MANY_KNOWN:
        known = tuple(candidate for candidate in known if candidate[:1].lower() == lower[:1])
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(lower, by_lower, n=NEAREST, cutoff=CUTOFF)
    return next((by_lower[each] for each in near if _is_rest_near(lower, each)), None)


def _is_rest_near(first: str, second: str) -> bool:
    """Return whether two names are near apart from the words that both begin or end with.

    `ext_redis` and `ext_metrics` are not: their common prefix means nothing.
    """
    if "_" not in first or "_" not in second:
        return True
    left, right = first.split("_"), second.split("_")
    for end in (0, -1):
        while left and right and left[end] == right[end]:
            left.pop(end)
            right.pop(end)
    rest, other = "_".join(left), "_".join(right)
    from difflib import SequenceMatcher  # noqa: PLC0415 - as above

    return not rest or not other or SequenceMatcher(None, rest, other).ratio() >= CUTOFF_REST


def find_certain(name: str, known: Iterable[str]) -> str | None:
    """Return the one of ``known`` that ``name`` misspells, if it cannot be another.

    A misspelling has one or two typos: an extra, missing or wrong character, or two swapped ones.
    A short name has only one.
    """
    return _find_certain(name, tuple(dict.fromkeys(known)))


@lru_cache(maxsize=256)  # a name that is wrong once is often wrong again and again
def _find_certain(name: str, names: tuple[str, ...]) -> str | None:
    typos = 1 if len(name) <= SHORT_LENGTH else LIMIT_TYPOS
    if name in REAL_NAMES:
        return None
    if not LEAST_LENGTH <= len(name) <= LIMIT_LENGTH or len(names) > LIMIT_KNOWN:
        return None
    meant = find_meant(name, names)
    if meant is None or not _is_slip(name, meant, typos):
        return None
    others = (other for other in names if other != meant)
    return None if any(_is_slip(name, other, typos) for other in others) else meant


def _is_slip(name: str, meant: str, typos: int) -> bool:
    is_near = abs(len(meant) - len(name)) <= typos
    return is_near and count_typos(name.lower(), meant.lower()) <= typos


def render_suggestion(name: str, known: Iterable[str], otherwise: str | None = None) -> str | None:
    """Return the hint "Did you mean …?", or ``otherwise`` if nothing is near."""
    meant = find_meant(name, known)
    return f"Did you mean '{meant}'?" if meant is not None else otherwise


def render_naming(use: str, uses: Mapping[str, str | None]) -> str | None:
    """Return the hint for a step that is called by its ``use``; ``None`` if none uses that.

    ``uses`` has what each step uses, by its name.
    """
    name = next((name for name, used in uses.items() if used == use), None)
    return None if name is None else f"Write '{name}', the name of the step that uses it."


def count_typos(first: str, second: str) -> int:
    """Return the number of typos between two names (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(second, start=1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == second[j - 2] and first[i - 2] == b:
                least = min(least, older[j - 2] + 1)
            row.append(least)
    return row[-1]


def render_names(names: Collection[str]) -> str:
    """Render the first names in quotes, and how many more there are."""
    shown = ", ".join(f"'{name}'" for name in islice(names, LIMIT_SHOWN))
    more = len(names) - LIMIT_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
