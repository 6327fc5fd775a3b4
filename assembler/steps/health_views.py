"""Answer whether the process lives, and whether it is ready for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify

if TYPE_CHECKING:
    from assembler.report import Report
    from assembler.steps.readiness import DatabaseProbe

__all__ = ["build_health_blueprint"]

NOT_READY = ("away", "behind")
AHEAD = "the database is at a newer revision, which this code does not know"


def build_health_blueprint(report: Report, probe: DatabaseProbe) -> Blueprint:
    """Make the routes ``/live`` and ``/ready``; neither touches a session or a cookie.

    What is said is for anybody: names of steps, revisions, but no reason that names a host.
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
