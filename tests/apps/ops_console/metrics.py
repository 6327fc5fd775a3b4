"""The metrics: a WSGI app of their own, without Flask."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

__all__ = ["metrics_app"]


def metrics_app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Say that the console is up, at the path it was asked under."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f'up{{at="{environ["SCRIPT_NAME"]}"}} 1\n'.encode()]
