"""What stands around the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Gzip:
    """Make answers small."""

    def __init__(self, app: WSGIApplication, level: int = 9) -> None:
        """Keep what is inside."""
        self.app = app
        self.level = level

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer."""
        return self.app(environ, start_response)


def old(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer for what has moved."""
    start_response("410 Gone", [("Content-Length", "0")])
    return [b""]
