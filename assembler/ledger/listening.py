"""Listen to what nothing keeps where it could be looked at: receivers connected, greenlets spawned.

What is heard is named at once and not held: a receiver that nobody holds is to go as it would.
"""

from __future__ import annotations

import sys
import weakref
from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any, NamedTuple

from assembler.ledger.naming import Namer

if TYPE_CHECKING:
    from collections.abc import Callable

    Hear = Callable[["Recorded"], object]

__all__ = ["LISTENED", "Recorded"]

NAMER = Namer()


def _is_there() -> object:
    """Return that it is there, of what cannot go."""
    return True


class Recorded(NamedTuple):
    """One thing that was heard of."""

    kind: str
    key: str
    detail: str
    find: Callable[[], object] = _is_there
    is_lasting: bool = True

    def is_there(self) -> bool:
        """Return whether it is still there."""
        return self.find() is not None


def _listen_to_signals(hear: Hear) -> Callable[[], object]:
    blinker: Any = sys.modules["blinker"]
    original = blinker.Signal.connect

    def connect(
        signal: Any,  # noqa: ANN401 - a Signal
        receiver: Any,  # noqa: ANN401 - any callable
        sender: Any = blinker.ANY,  # noqa: ANN401 - any object
        weak: bool = True,  # noqa: FBT001, FBT002 - blinker's form
    ) -> Any:  # noqa: ANN401 - the receiver
        said = NAMER.name(receiver)
        if sender is not blinker.ANY:
            said += f" of {NAMER.name(sender)}"
        name = getattr(signal, "name", None) or NAMER.name(signal)
        find = _refer(receiver) if weak else _is_there
        hear(Recorded("signal", str(name), said, find))
        return original(signal, receiver, sender, weak)

    blinker.Signal.connect = connect
    return partial(setattr, blinker.Signal, "connect", original)


def _refer(value: Any) -> Callable[[], object]:  # noqa: ANN401 - any callable
    try:
        return weakref.WeakMethod(value) if type(value) is MethodType else weakref.ref(value)
    except TypeError:  # of what blinker holds itself
        return _is_there


def _listen_to_greenlets(hear: Hear) -> Callable[[], object]:
    greenlet: Any = sys.modules["gevent.greenlet"].Greenlet

    def spawned(one: Any) -> None:  # noqa: ANN401 - a Greenlet
        hear(
            Recorded("greenlet", NAMER.name(getattr(one, "_run", one)), "spawned", is_lasting=False)
        )

    greenlet.add_spawn_callback(spawned)
    return partial(greenlet.remove_spawn_callback, spawned)


# By the module that must be loaded: what listens, and returns what stops that.
LISTENED: dict[str, Callable[[Hear], Callable[[], object]]] = {
    "blinker": _listen_to_signals,
    "gevent.greenlet": _listen_to_greenlets,
}
