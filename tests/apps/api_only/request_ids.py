"""A WSGI middleware that gives every request an id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["RequestIds"]


class RequestIds:
    """Take the id that the client sent, or make one, and send it back."""

    def __init__(self, wsgi_app: WSGIApplication, header: str) -> None:
        """Wrap `wsgi_app`; the id travels in `header`."""
        self.wsgi_app = wsgi_app
        self.header = header

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        key = "HTTP_" + self.header.upper().replace("-", "_")
        request_id = environ["api_only.request_id"] = environ.get(key) or uuid4().hex

        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:  # noqa: ANN401 - as PEP 3333 has it
            return start_response(status, [*headers, (self.header, request_id)], *exc_info)

        return self.wsgi_app(environ, start)
