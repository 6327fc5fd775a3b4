"""Say what went wrong with a request, as RFC 9457 problem details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, json, request

if TYPE_CHECKING:
    from collections.abc import Mapping
    from http import HTTPStatus

__all__ = ["Problem", "render_problem"]


class Problem(Exception):
    """Raise what a client is told: a status, and what is wrong with this one request."""

    def __init__(
        self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        """Keep them; ``headers`` go with the answer."""
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def render_problem(problem: Problem) -> Response:
    """Make the answer; its type is ``about:blank``, so the title is the status's own phrase."""
    body = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "detail": problem.detail,
        "instance": request.path,
    }
    return Response(
        json.dumps(body),
        problem.status,
        {"Cache-Control": "no-store", **problem.headers},
        content_type="application/problem+json",
    )
