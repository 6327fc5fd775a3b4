"""Answer whether the process lives, and whether it is ready for requests."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify

from assembler.database.bounded import start_call

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from assembler.database.state import DatabaseState
    from assembler.report import Report

__all__ = ["DatabaseProbe", "build_health_blueprint"]

NOT_READY = ("away", "behind")
AHEAD = "the database is at a newer revision, which this code does not know"


class DatabaseProbe:
    """Ask for the database's state, one question at a time however many requests want to know.

    The routes are public: a database that hangs must not cost a thread, and a connection of the
    app's pool, for each request that asks again.
    """

    def __init__(self, find_state: Callable[[], DatabaseState], timeout_seconds: float) -> None:
        """Keep how to ask, and how long to wait for the answer."""
        self._find_state = find_state
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._asked: Future[DatabaseState] | None = None

    def ask(self) -> DatabaseState | None:
        """Return the database's state; ``None``: it did not answer in time."""
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = start_call(self._find_state, "assembler-readiness")
            asked = self._asked
        try:
            return asked.result(self._timeout_seconds)
        except TimeoutError:
            return None


def build_health_blueprint(report: Report, probe: DatabaseProbe) -> Blueprint:
    """Return the routes ``/live`` and ``/ready``; neither touches a session or a cookie.

    The answers are public: names of steps and revisions, but no reason that names a host.
    """
    blueprint = Blueprint("assembler_health", __name__)

    @blueprint.get("/live")
    def live() -> Response:
        return _render({"status": "live"}, 200)

    @blueprint.get("/ready")
    def ready() -> Response:
        state = probe.ask()
        status = "away" if state is None else str(state.status)
        is_ready = status not in NOT_READY
        body = {
            "status": "ready" if is_ready else "unavailable",
            "database": {
                "status": status,
                "current": state and state.current,
                "head": state and state.head,
            },
            "degraded": [step.name for step in report.find_degraded()],
            "notes": [AHEAD] if status == "ahead" else [],
        }
        return _render(body, 200 if is_ready else 503)

    return blueprint


def _render(body: dict[str, Any], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
