"""Compare what two apps are made of; who made them, and in which steps, does not count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.comparing.moves import find_moved
from assembler.ledger.shortening import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assembler.ledger.values import Change, Ledger, Part, StepPlace

__all__ = ["Difference", "compare_ledgers"]


class Difference(NamedTuple):
    """One thing in which an app differs from another: what came, went, changed or moved."""

    kind: str
    key: str
    change: Change  # from the left app to the right one
    left: str | None  # what the left one has; secrets masked
    right: str | None
    left_step: str | None = None  # the step that made it so
    right_step: str | None = None
    left_place: StepPlace | None = None
    right_place: StepPlace | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it in plain JSON types."""
        places = {
            side: None if place is None else place._asdict()
            for side, place in (("left_place", self.left_place), ("right_place", self.right_place))
        }
        return {**self._asdict(), **places}


def compare_ledgers(left: Ledger, right: Ledger) -> list[Difference]:
    """Return every difference between the parts of two apps, in the order of the kinds.

    What is secret or long is compared by its fingerprint, if both have those of one key.
    """
    is_keyed = left.keyed == right.keyed
    ours, theirs = _group(left), _group(right)
    found = []
    for kind, key in dict.fromkeys((*ours, *theirs)):
        pair = ours.get((kind, key), []), theirs.get((kind, key), [])
        for change, old, new in _compare_parts(*pair, is_keyed=is_keyed):
            found.append(_build(left, right, (kind, key), (change, old, new)))
    kinds = list(dict.fromkeys(part.kind for part in (*left.parts, *right.parts)))
    return sorted(found, key=lambda one: kinds.index(one.kind))


def _group(ledger: Ledger) -> dict[tuple[str, str], list[Part]]:
    groups: dict[tuple[str, str], list[Part]] = {}
    for part in ledger.parts:
        groups.setdefault((part.kind, part.key), []).append(part)
    return groups


Compared = tuple["Change", "Part | None", "Part | None"]


def _compare_parts(
    left: Sequence[Part], right: Sequence[Part], *, is_keyed: bool
) -> Iterator[Compared]:
    """Yield what came, went and moved among the parts of one key."""
    ours = [part.digest if is_keyed else part.detail for part in left]
    theirs = [part.digest if is_keyed else part.detail for part in right]
    if ours == theirs:
        return
    if len(ours) == len(theirs) == 1:
        yield "changed", left[0], right[0]
        return
    kept = Counter(ours) & Counter(theirs)
    stays_left, stays_right = _pick(ours, kept), _pick(theirs, kept)
    for index, part in enumerate(left):
        if index not in stays_left:
            yield "removed", part, None
    for index, part in enumerate(right):
        if index not in stays_right:
            yield "added", None, part
    for index in find_moved([ours[one] for one in stays_left], [theirs[i] for i in stays_right]):
        part = right[stays_right[index]]
        yield "moved", part, part


def _pick(items: Sequence[str], wanted: Counter[str]) -> list[int]:
    """Return where the wanted ones are; of more than are wanted, the first."""
    left, picked = Counter(wanted), []
    for index, item in enumerate(items):
        if left[item]:
            left[item] -= 1
            picked.append(index)
    return picked


def _build(left: Ledger, right: Ledger, key: tuple[str, str], compared: Compared) -> Difference:
    change, old, new = compared
    shown, shown_new = shorten(old and old.detail, new and new.detail)
    step, other = left.find_step(*key), right.find_step(*key)
    return Difference(
        *key,
        change,
        shown,
        shown_new,
        None if step is None else step.name,
        None if other is None else other.name,
        None if step is None else step.place,
        None if other is None else other.place,
    )
