"""Find what gevent has put in place of the standard library's, so that both have one name.

Which of the two an app has is an effect of the patch, and no other difference: a lock is a lock.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from assembler.ledger.naming import name_callable

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["name_stand_ins"]


def name_stand_ins() -> dict[int, str]:
    """Return, by identity, the names of the originals; nothing in a process that is not patched."""
    monkey: Any = sys.modules.get("gevent.monkey")
    names: dict[int, str] = {}
    if monkey is None:
        return names
    # Classes first: gevent's class of locks is the function that makes them, too.
    pairs = sorted(_iter_pairs(monkey.saved), key=lambda pair: not isinstance(pair[1], type))
    for now, original in pairs:
        name = name_callable(original)
        if now is not None and now is not original and name is not None:
            names.setdefault(id(now), name)
    return names


def _iter_pairs(saved: dict[str, dict[str, Any]]) -> Iterator[tuple[Any, Any]]:
    """Yield what is there now, and what was there."""
    for module, originals in saved.items():
        held = vars(sys.modules.get(module, object))
        for name, original in originals.items():
            # Python's own takes the place of the one in C.
            yield held.get("_RLock" if name == "_CRLock" else name), original
