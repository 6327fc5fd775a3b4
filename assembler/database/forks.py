"""Keep a process that was forked from using the connections of the one before it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Engine

__all__ = ["dispose_after_fork"]

_engines: WeakSet[Engine] = WeakSet()


def dispose_after_fork(engines: Iterable[Engine]) -> None:
    """Let each forked child begin with empty pools; the parent's connections stay as they are.

    Two processes that talk over one connection get each other's answers.
    """
    _engines.update(engines)
    _register()


@cache
def _register() -> None:
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=_forget)


def _forget() -> None:
    for engine in list(_engines):
        # The sockets are the parent's too: closing them would end its sessions.
        engine.dispose(close=False)
