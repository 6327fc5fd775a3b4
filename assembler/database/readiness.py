"""Check whether an app's database can serve requests: at head, and with a connection to spare."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy.pool import QueuePool

from assembler.database.state import (
    DatabaseState,
    DatabaseStatus,
    find_database_state,
    find_engines,
)
from assembler.report import CheckFailedError

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Pool

__all__ = ["DatabaseNotReadyError", "check_database"]

# A question that hangs is asked again after this long, however long a request waits.
GIVE_UP_SECONDS = 30.0
# A pool that is used up for a moment is not exhausted.
FULL_SECONDS = 1.0
POLL_SECONDS = 0.05


class DatabaseNotReadyError(CheckFailedError):
    """Raise for a database that cannot serve requests now."""

    def __init__(self, state: DatabaseState) -> None:
        """Keep the state."""
        super().__init__(": ".join(filter(None, (str(state.status), state.detail))))
        self.state = state


def check_database(app: Flask) -> DatabaseState:
    """Return the state of the app's database.

    Raises:
        DatabaseNotReadyError: if it is away or behind, or all connections of a pool are in use.
    """
    with app.app_context():
        pools = [engine.pool for engine in find_engines(app).values()]
    deadline = time.monotonic() + FULL_SECONDS
    for pool in pools:
        while _is_full(pool):
            if time.monotonic() >= deadline:
                detail = f"all {pool.checkedout()} connections of the pool are in use"  # type: ignore[attr-defined]  # of a QueuePool
                raise DatabaseNotReadyError(DatabaseState(DatabaseStatus.BUSY, detail=detail))
            time.sleep(POLL_SECONDS)
    state = find_database_state(app, timeout_seconds=GIVE_UP_SECONDS)
    if state.status in {DatabaseStatus.AWAY, DatabaseStatus.BEHIND}:
        raise DatabaseNotReadyError(state)
    return state


def _is_full(pool: Pool) -> bool:
    if not isinstance(pool, QueuePool) or pool._max_overflow < 0:  # noqa: SLF001 - it has no public name
        return False
    return pool.checkedout() >= pool.size() + pool._max_overflow  # noqa: SLF001 - as above
