"""Let a process that serves start only on a database that is at the code's head."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.pool import SingletonThreadPool, StaticPool

from assembler.database.state import DatabaseStatus, find_database_state, find_engines
from assembler.database.waiting import Wait
from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault

if TYPE_CHECKING:
    from flask import Flask

    from assembler.database.state import DatabaseState

__all__ = ["require_head"]

ASK_SECONDS = 5.0
# A database that is ahead was migrated by newer code, which this one must let be.
WELL = (DatabaseStatus.HEAD, DatabaseStatus.AHEAD)
WAITED_FOR = (DatabaseStatus.BEHIND, DatabaseStatus.AWAY)


def require_head(app: Flask, wait_seconds: float) -> None:
    """Return once the app's database is at head, or ahead.

    No connection stays open, as a server or Celery may fork afterwards.

    Args:
        app: The app, with its migrations.
        wait_seconds: How long to wait for whoever migrates; 0: not at all.

    Raises:
        StepFault: it is not, or that cannot be told without running ``env.py``.
    """
    states: list[DatabaseState] = []

    def ask(seconds: float) -> str | None:
        states.append(find_database_state(app, timeout_seconds=max(seconds, ASK_SECONDS)))
        return _describe(states[-1]) if states[-1].status in WAITED_FOR else None

    warn = logging.getLogger("assembler").warning
    try:
        Wait(wait_seconds, warn).until(ask, "the database is not at head")
    finally:
        _close_connections(app)
    if states[-1].status not in WELL:
        waited = f" after {wait_seconds:g} s" if wait_seconds else ""
        known = "" if states[-1].status is DatabaseStatus.BEHIND else " known to be"
        message = f"the database is not{known} at head{waited}: {_describe(states[-1])}"
        hint = "Run `assembler migrate` with the profile that migrates, then start this again."
        raise StepFault(message, hint=hint, option=("require_head",), code=codes.NOT_AT_HEAD)


def _describe(state: DatabaseState) -> str:
    if state.status is DatabaseStatus.BEHIND and state.detail is None:
        return f"it is at {state.current or 'no revision'}, and the code at {state.head}"
    return state.detail or str(state.status)


def _close_connections(app: Flask) -> None:
    with app.app_context():
        engines = find_engines(app)
    for engine in engines.values():
        if not isinstance(engine.pool, (SingletonThreadPool, StaticPool)):  # in memory
            engine.dispose()
