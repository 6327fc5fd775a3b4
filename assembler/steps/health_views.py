"""Answer whether the process lives, has started, and is ready for requests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flask import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.report import Report
    from assembler.steps.health_checks import CheckResult, HealthChecks

__all__ = ["HealthAnswers"]

AHEAD = "the database is at a newer revision, which this code does not know"


class HealthAnswers:
    """What the routes answer: names of checks, steps and revisions, but no reason.

    It may name a host, and goes to the log.
    """

    def __init__(self, report: Report, checks: HealthChecks) -> None:
        """Keep what is told of."""
        self._report = report
        self._checks = checks
        self._has_started = False

    @property
    def views(self) -> dict[str, Callable[[], Response]]:
        """What answers, by the last part of its path."""
        return {"live": self.live, "ready": self.ready, "startup": self.startup}

    def note_start(self, _report: Report) -> None:
        """Note that the app is assembled."""
        self._has_started = True

    def live(self) -> Response:
        """Answer that the process lives."""
        return _render({"status": "live"}, 200)

    def startup(self) -> Response:
        """Answer whether the app is assembled."""
        if self._has_started:
            return _render({"status": "started"}, 200)
        return _render({"status": "starting"}, 503)

    def ready(self) -> Response:
        """Answer whether it is ready for requests."""
        results = self._checks.run()
        database = _describe_database(results.get("database"))
        status = "ready"
        if self._report.is_draining:
            status = "draining"
        elif any(result.cause is not None for result in results.values()):
            status = "unavailable"
        body = {
            "status": status,
            "checks": {name: {"ok": result.cause is None} for name, result in results.items()},
            "database": database,
            "degraded": [step.name for step in self._report.find_degraded()],
            "notes": [AHEAD] if database["status"] == "ahead" else [],
        }
        return _render(body, 200 if status == "ready" else 503)


def _describe_database(result: CheckResult | None) -> dict[str, str | None]:
    """Describe a `DatabaseState`, which this module does not import: it loads SQLAlchemy."""
    if result is None:
        return {"status": "none", "current": None, "head": None}
    state: Any = result.value or getattr(result.error, "state", None)
    return {
        "status": str(getattr(state, "status", "away" if result.cause else "none")),
        "current": getattr(state, "current", None),
        "head": getattr(state, "head", None),
    }


def _render(body: dict[str, Any], status: int) -> Response:
    text = f"{json.dumps(body, sort_keys=True)}\n"
    headers = {"Cache-Control": "no-store"}
    return Response(text, status, headers, mimetype="application/json")
