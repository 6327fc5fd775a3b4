"""Traces of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from depot32.switches import is_on

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

__all__ = ["Tracing", "init_app", "is_enabled"]


class Tracing:
    """A WSGI middleware that keeps the path of every request."""

    def __init__(self, wsgi_app: WSGIApplication, spans: list[str]) -> None:
        """Wrap `wsgi_app` and write to `spans`."""
        self.wsgi_app = wsgi_app
        self.spans = spans

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        self.spans.append(environ["PATH_INFO"])
        return self.wsgi_app(environ, start_response)


def is_enabled() -> bool:
    """Return whether requests are traced."""
    return is_on("TRACING", default=False)


def init_app(app: Flask) -> None:
    """Trace around everything that came before."""
    app.extensions["spans"] = []
    app.wsgi_app = Tracing(app.wsgi_app, app.extensions["spans"])  # type: ignore[method-assign]
