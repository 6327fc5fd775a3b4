"""Answer whether the process lives, and whether it is ready for requests."""

from __future__ import annotations

import json
import logging
import threading
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response

from assembler.database.bounded import start_call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from concurrent.futures import Future
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

    from assembler.database.state import DatabaseState
    from assembler.report import Report

__all__ = ["DatabaseProbe", "HealthAnswers", "add_health_routes"]

log = logging.getLogger("assembler")

NOT_READY = ("away", "behind")
NO_DETAIL = "no answer in time"
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


class HealthAnswers:
    """What both routes answer: names of steps and revisions, but no reason that names a host.

    That goes to the log, once for each cause.
    """

    def __init__(self, report: Report, probe: DatabaseProbe) -> None:
        """Keep what is told of."""
        self._report = report
        self._probe = probe
        self._told: str | None = None

    def live(self) -> Response:
        """Answer that the process lives."""
        return _render({"status": "live"}, 200)

    def ready(self) -> Response:
        """Answer whether it is ready for requests."""
        state = self._probe.ask()
        status = "away" if state is None else str(state.status)
        is_ready = status not in NOT_READY
        self._tell(None if is_ready else f"{status}: {(state and state.detail) or NO_DETAIL}")
        body = {
            "status": "ready" if is_ready else "unavailable",
            "database": {
                "status": status,
                "current": state and state.current,
                "head": state and state.head,
            },
            "degraded": [step.name for step in self._report.find_degraded()],
            "notes": [AHEAD] if status == "ahead" else [],
        }
        return _render(body, 200 if is_ready else 503)

    def _tell(self, cause: str | None) -> None:
        if cause is not None and cause != self._told:
            log.warning("not ready, the database is %s", self._report.scrub(cause))
        self._told = cause


class HealthFirst:
    """A WSGI app that answers both routes, and leaves all else to the app.

    No request hook of the app's changes an answer, whenever it is registered: a login that refuses
    everybody, or a session that cannot be opened.
    """

    def __init__(self, app: WSGIApplication, routes: Mapping[str, Callable[[], Response]]) -> None:
        """Keep the app, and what answers at each path."""
        self.app = app
        self._routes = routes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        answer = self._routes.get(environ.get("PATH_INFO", ""))
        if answer is None or environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return self.app(environ, start_response)
        return answer()(environ, start_response)


def add_health_routes(app: Flask, answers: HealthAnswers, prefix: str) -> None:
    """Add ``/live`` and ``/ready`` to the app's routes, and answer them before its hooks."""
    blueprint = Blueprint("assembler_health", __name__)
    blueprint.get("/live", endpoint="live")(answers.live)
    blueprint.get("/ready", endpoint="ready")(answers.ready)
    app.register_blueprint(blueprint, url_prefix=prefix or None)
    routes = {f"{prefix}/live": answers.live, f"{prefix}/ready": answers.ready}
    app.wsgi_app = HealthFirst(app.wsgi_app, routes)  # type: ignore[method-assign]


def _render(body: dict[str, Any], status: int) -> Response:
    text = f"{json.dumps(body, sort_keys=True)}\n"
    headers = {"Cache-Control": "no-store"}
    return Response(text, status, headers, mimetype="application/json")
