"""Start a call that may hang, so that whoever waits for it can give up."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["start_call"]

Result = TypeVar("Result")


def start_call(call: Callable[[], Result], name: str) -> Future[Result]:
    """Start ``call`` in a thread called ``name``, and return its future.

    The thread is not from a pool: a call that hangs must not keep the process from ending.
    """
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - raised where the result is asked for
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
