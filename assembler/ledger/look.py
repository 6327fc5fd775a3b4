"""Look at an app: flat copies that hold its objects, and what differs between two of them.

Objects are compared by identity. A copy holds them, since the id of an object that is gone is
given to another. One look after each step is the next step's "before".
"""

from __future__ import annotations

from collections import Counter
from itertools import compress, repeat
from operator import is_, is_not
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.ledger.app_kinds import APP_KINDS
from assembler.ledger.form import NOTHING
from assembler.ledger.jinja_kinds import JINJA_KINDS
from assembler.ledger.process_kinds import PROCESS_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assembler.ledger.form import Kind
    from assembler.ledger.values import Change

__all__ = [
    "KINDS",
    "PLURALS",
    "Changed",
    "Look",
    "find_changes",
    "leave_out_app",
    "leave_out_process",
    "take_look",
]

KINDS: tuple[Kind, ...] = (*APP_KINDS, *JINJA_KINDS, *PROCESS_KINDS)
# What is recorded as it happens, since nothing keeps it where it can be looked at.
RECORDED = {"signal": "signal receivers", "greenlet": "greenlets"}
PLURALS = {kind.name: kind.plural for kind in KINDS} | RECORDED

ABSENT = object()
Look = tuple["Mapping[Any, Any]", ...]  # for each of `KINDS`, what there is by its key


class Changed(NamedTuple):
    """One difference between two looks, with the objects themselves."""

    kind: Kind
    key: Any
    change: Change
    before: Any = None
    after: Any = None


def take_look(app: object | None, before: Look | None = None) -> Look:
    """Copy what there is to see; without an app, of the process alone.

    What has not changed since the look ``before`` is that look's own copy.
    """
    if app is None:
        return tuple(
            _keep(kind, NOTHING, kind.take(None)) if kind.is_of_process else NOTHING
            for kind in KINDS
        )
    kept = before or (NOTHING,) * len(KINDS)
    return tuple([_keep(kind, old, kind.take(app)) for kind, old in zip(KINDS, kept, strict=True)])


def leave_out_app(look: Look) -> Look:
    """Return what a look has of the process alone."""
    pairs = zip(KINDS, look, strict=True)
    return tuple(seen if kind.is_of_process else NOTHING for kind, seen in pairs)


def leave_out_process(look: Look) -> Look:
    """Return what a look has of the app alone."""
    pairs = zip(KINDS, look, strict=True)
    return tuple(NOTHING if kind.is_of_process else seen for kind, seen in pairs)


def find_changes(before: Look, after: Look) -> Iterator[Changed]:
    """Yield what differs, in the order of the kinds; mostly nothing does, which is told fast."""
    for kind, old, new in zip(KINDS, before, after, strict=True):
        if old is new:
            continue
        if kind.is_ordered:
            yield from _find_ordered(kind, old, new)
        else:
            yield from _find_keyed(kind, old, new)


def _keep(kind: Kind, old: Mapping[Any, Any], live: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return ``old`` if ``live`` has the same keys and objects in the same order, else a copy."""
    if not live:
        return NOTHING
    if kind.is_ordered:
        return old if _has_same_order(old, live) else _copy_ordered(old, live)
    if [*old] == [*live] and all(map(is_, old.values(), live.values())):
        return old
    return dict(live)


def _has_same_order(old: Mapping[Any, Any], live: Mapping[Any, Any]) -> bool:
    """Return whether the same, or what says that it is equal, is still in its place.

    In a fifth of the time of looking at the objects of each key: most looks find no change.
    """
    try:
        return [*old] == [*live] and [*old.values()] == [*map(tuple, live.values())]
    except Exception:  # noqa: BLE001 - an object of the project's, which cannot be compared
        return False


def _copy_ordered(old: Mapping[Any, Any], live: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Copy what there is; what of it is as before is the same tuple."""
    copies = {}
    for key, now in live.items():
        held = old.get(key, ())
        is_same = len(held) == len(now) and all(map(is_, held, now))
        copies[key] = held if is_same else tuple(now)
    return copies


def _find_keyed(kind: Kind, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Changed]:
    skips = kind.skips or _skip_none
    held = map(old.get, new, repeat(ABSENT))
    added = 0
    for key in compress(new, map(is_not, new.values(), held)):  # few of many
        was, value = old.get(key, ABSENT), new[key]
        if was is ABSENT:
            added += 1
            if not skips(key, value):
                yield Changed(kind, key, "added", after=value)
        elif not (skips(key, value) and skips(key, was)):
            yield Changed(kind, key, "changed", was, value)
    if len(old) + added > len(new):
        for key, was in old.items():
            if key not in new and not skips(key, was):
                yield Changed(kind, key, "removed", was)


def _skip_none(_key: object, _value: object) -> bool:
    return False


def _find_ordered(kind: Kind, old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[Changed]:
    for key, right in new.items():
        left = old.get(key, ())
        if left is not right:
            yield from _compare_ordered(kind, key, left, right)
    for key, left in old.items():
        if key not in new:
            yield from _compare_ordered(kind, key, left, ())


def _compare_ordered(
    kind: Kind,
    key: Any,  # noqa: ANN401 - of whatever kind
    left: tuple[Any, ...],
    right: tuple[Any, ...],
) -> Iterator[Changed]:
    if len(left) < len(right) and all(map(is_, left, right)):  # what nearly always happened
        yield from (Changed(kind, key, "added", after=one) for one in right[len(left) :])
        return
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
