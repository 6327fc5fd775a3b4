"""Say in bounded time whether the database is as this code needs it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.database.database_state import DatabaseState

__all__ = ["DatabaseProbe"]


class DatabaseProbe:
    """Ask for the database's state, with one question at a time however many want to know.

    The routes are for anybody: a database that hangs must not cost a thread, and a connection of
    the app's pool, for each request that asks again.
    """

    def __init__(self, find_state: Callable[[], DatabaseState], timeout_seconds: float) -> None:
        """Keep how to ask, and how long to wait for the answer."""
        self._find_state = find_state
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._asked: Future[DatabaseState] | None = None

    def ask(self) -> DatabaseState | None:
        """Give the database's state; ``None``: it did not answer in time."""
        with self._lock:
            asked = self._asked
            if asked is None or asked.done():
                asked = self._asked = Future()
                # Not of a pool: one that hangs must not keep the process from ending.
                threading.Thread(
                    target=self._answer, args=(asked,), name="assembler-readiness", daemon=True
                ).start()
        try:
            return asked.result(self._timeout_seconds)
        except TimeoutError:
            return None

    def _answer(self, asked: Future[DatabaseState]) -> None:
        try:
            asked.set_result(self._find_state())
        except BaseException as error:  # noqa: BLE001 - whoever asked raises it
            asked.set_exception(error)
