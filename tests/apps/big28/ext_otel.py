"""Traces of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.ordering import require_steps
from big28.switches import is_on

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
        self.spans.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self.wsgi_app(environ, start_response)


def is_enabled() -> bool:
    """Return whether traces are wanted; they are not, unless somebody says so."""
    return is_on("OTEL", default=False)


def init_app(app: Flask) -> None:
    """Trace around everything that the steps before made."""
    require_steps(app, "otel", "celery", "sqlalchemy", "openapi")
    spans: list[str] = []
    app.extensions["otel"] = spans
    app.wsgi_app = Tracing(app.wsgi_app, spans)  # type: ignore[method-assign]
