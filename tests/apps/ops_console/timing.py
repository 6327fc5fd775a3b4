"""A WSGI middleware that says how long the answer took to begin."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["Timing"]


class Timing:
    """Time what it wraps."""

    def __init__(self, wsgi_app: WSGIApplication) -> None:
        """Wrap `wsgi_app`."""
        self.wsgi_app = wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started_seconds = perf_counter()

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:  # noqa: ANN401 - as PEP 3333 has it
            taken_ms = (perf_counter() - started_seconds) * 1000
            return start_response(status, [*headers, ("X-Taken-Ms", f"{taken_ms:.0f}")], *exc_info)

        return self.wsgi_app(environ, start)
