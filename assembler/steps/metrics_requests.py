"""Count the requests of an app, and measure how long they take, by their routes."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import request, request_started
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask
    from werkzeug.routing import Rule

    Note = Callable[[str, str, str, float], None]

__all__ = ["MeasuredApp"]

RULE = "assembler.rule"
MEASURED = "assembler.measured"  # the app whose rule is wanted
UNMATCHED = "unmatched"
# Of anything else a stranger could make as many as he likes.
METHODS = {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
OTHER = "other"
FAILED = "500"


class MeasuredApp:
    """A WSGI app that notes method, route, status and seconds until the answer begins."""

    def __init__(self, app: Flask, note: Note) -> None:
        """Stand in the place of the app's WSGI app as it is now."""
        self.app: WSGIApplication = app.wsgi_app
        self._flask = app
        self._note = note
        # One for all apps: blinker goes through what it knows at the end of each receiver.
        request_started.connect(_keep_rule, weak=False)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        began = time.perf_counter()
        environ[MEASURED] = self._flask
        is_noted = False

        def note(status: str) -> None:
            nonlocal is_noted
            if not is_noted:
                is_noted = True
                method = environ["REQUEST_METHOD"]
                known = method if method in METHODS else OTHER
                self._note(known, self._find_route(environ), status, time.perf_counter() - began)

        def start(status: str, *rest: Any) -> Any:  # noqa: ANN401 - the server's
            note(status[:3])
            return start_response(status, *rest)

        try:
            return self.app(environ, start)
        except Exception:  # the server answers
            note(FAILED)
            raise

    def _find_route(self, environ: WSGIEnvironment) -> str:
        """Return the rule; Flask has not looked for it where something else has answered."""
        rule: Rule | None = environ.get(RULE, None)
        if RULE not in environ:
            with suppress(HTTPException):
                matched: Any = self._flask.url_map.bind_to_environ(environ).match(return_rule=True)
                rule = matched[0]
        return UNMATCHED if rule is None else rule.rule


def _keep_rule(app: Flask, **_: object) -> None:
    """Keep which rule Flask has found: before any hook may answer."""
    environ = request.environ
    if environ.get(MEASURED) is app:
        environ[RULE] = request.url_rule
