"""Build the answers of the console: pages, JSON, faults, files; each with its headers."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from assembler.console.credentials import FORM_COOKIE, SESSION_SECONDS

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

__all__ = [
    "build_json",
    "build_problem",
    "keep_nonce",
    "keep_session",
    "redirect",
    "secure",
]

# Nothing is loaded from anywhere else, nothing runs that is written into a page, nobody frames it.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def secure(response: Response) -> None:
    """Set what every answer carries."""
    response.headers.update(HEADERS)


def build_json(body: dict[str, Any], mimetype: str = "application/json") -> Response:
    """Return an answer for programs."""
    return Response(f"{json.dumps(body, ensure_ascii=False)}\n", mimetype=mimetype)


def build_problem(status: HTTPStatus, detail: str) -> Response:
    """Return RFC 9457 problem details."""
    body = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
    }
    response = build_json(body, "application/problem+json")
    response.status_code = int(status)
    return response


def redirect(address: str) -> Response:
    """Send a browser on, with GET."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": address})


def keep_session(
    response: Response, request: Request, path: str, session: tuple[str, str | None]
) -> None:
    """Let the browser carry a cookie with the proof that its user is in, or none any more."""
    name, proof = session
    _set(response, request, name, proof or "", path, SESSION_SECONDS if proof else 0)


def keep_nonce(response: Response, request: Request, path: str, nonce: str) -> None:
    """Let the browser carry what proves that a form is a page's of ours."""
    _set(response, request, FORM_COOKIE, nonce, path, SESSION_SECONDS)


def _set(  # noqa: PLR0913, PLR0917 - what a cookie is made of
    response: Response, request: Request, name: str, value: str, path: str, seconds: int
) -> None:
    # What a proxy says makes the cookie stricter, never the contrary.
    is_tls = request.is_secure or "https" in request.headers.get("X-Forwarded-Proto", "")
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=path,
        httponly=True,
        samesite="Strict",
        secure=is_tls,
    )
