"""A line of log for every request, and an id for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from flask import request_finished
from store.views import log_request

from by_hand.ext_logging import current_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

__all__ = ["IdentifiedApp", "init_app"]

HEADER = "X-Request-ID"


class IdentifiedApp:
    """Gives each request an id, in every line of the log and in the answer."""

    def __init__(self, inner: WSGIApplication) -> None:
        """Keep what answers."""
        self.inner = inner

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer."""
        request_id = environ.get("HTTP_X_REQUEST_ID") or uuid4().hex
        current_id.set(request_id)

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (HEADER, request_id)], *rest)

        return self.inner(environ, start)


def init_app(app: Flask) -> None:
    """Put it around everything."""
    request_finished.connect(log_request)
    app.wsgi_app = IdentifiedApp(app.wsgi_app)
