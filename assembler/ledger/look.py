"""Look at an app: flat copies that hold its objects, and what differs between two of them.

Objects are compared by identity. A copy holds them, since the id of an object that is gone is
given to another. One look after each step is the next step's "before".
"""

from __future__ import annotations

from collections import Counter
from operator import is_
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.ledger.app_kinds import APP_KINDS
from assembler.ledger.jinja_kinds import JINJA_KINDS
from assembler.ledger.process_kinds import PROCESS_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.ledger.form import Kind
    from assembler.ledger.values import Change

__all__ = ["KINDS", "PLURALS", "PROCESS_KINDS", "Changed", "Look", "find_changes", "take_look"]

KINDS: tuple[Kind, ...] = (*APP_KINDS, *JINJA_KINDS, *PROCESS_KINDS)
# What is recorded as it happens, since nothing keeps it where it can be looked at.
RECORDED = {"signal": "signal receivers", "greenlet": "greenlets"}
PLURALS = {kind.name: kind.plural for kind in KINDS} | RECORDED

NOTHING: Mapping[Any, Any] = {}
Look = dict[str, "Mapping[Any, Any]"]  # by kind, and then by key


class Changed(NamedTuple):
    """One difference between two looks, with the objects themselves."""

    kind: Kind
    key: Any
    change: Change
    before: Any = None
    after: Any = None


def take_look(app: object | None) -> Look:
    """Copy what there is to see; without an app, of the process alone."""
    kinds = PROCESS_KINDS if app is None else KINDS
    return {kind.name: kind.take(app) for kind in kinds}


def find_changes(before: Look, after: Look) -> Iterator[Changed]:
    """Yield what differs, in the order of the kinds."""
    for kind in KINDS:
        old, new = before.get(kind.name, NOTHING), after.get(kind.name, NOTHING)
        if kind.is_ordered:
            yield from _find_ordered(kind, old, new)
        elif not _is_same(old, new):
            yield from _find_keyed(kind, old, new)


def _is_same(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> bool:
    """Return whether two copies have the same objects in the same order, at the speed of C."""
    return old.keys() == new.keys() and all(map(is_, old.values(), new.values()))


def _find_keyed(kind: Kind, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Changed]:
    for key, value in new.items():
        if key not in old:
            yield Changed(kind, key, "added", after=value)
        elif old[key] is not value:
            yield Changed(kind, key, "changed", old[key], value)
    for key, value in old.items():
        if key not in new:
            yield Changed(kind, key, "removed", value)


def _find_ordered(kind: Kind, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Changed]:
    for key in dict.fromkeys((*new, *old)):
        left, right = old.get(key, ()), new.get(key, ())
        if len(left) == len(right) and all(map(is_, left, right)):
            continue
        was, now = Counter(map(id, left)), Counter(map(id, right))
        added, removed = now - was, was - now
        for one in _pick(right, added):
            yield Changed(kind, key, "added", after=one)
        for one in _pick(left, removed):
            yield Changed(kind, key, "removed", one)
        for one in _find_moved(_leave(left, removed), _leave(right, added)):
            yield Changed(kind, key, "moved", one, one)


def _pick(items: tuple[Any, ...], wanted: Counter[int]) -> list[Any]:
    """Return those that are wanted, as often as they are; of several, the last ones."""
    left, picked = Counter(wanted), []
    for item in reversed(items):
        if left[id(item)]:
            left[id(item)] -= 1
            picked.append(item)
    return picked[::-1]


def _leave(items: tuple[Any, ...], unwanted: Counter[int]) -> list[Any]:
    taken = Counter(map(id, _pick(items, unwanted)))
    kept = []
    for item in reversed(items):
        if taken[id(item)]:
            taken[id(item)] -= 1
        else:
            kept.append(item)
    return kept[::-1]


def _find_moved(left: list[Any], right: list[Any]) -> list[Any]:
    """Return what stands elsewhere among the same items: what one has to move, and no more."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - seldom needed

    blocks = SequenceMatcher(None, [*map(id, left)], [*map(id, right)], autojunk=False)
    stays = {one.b + step for one in blocks.get_matching_blocks() for step in range(one.size)}
    return [item for index, item in enumerate(right) if index not in stays]
