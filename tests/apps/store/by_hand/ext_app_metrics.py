"""What those who run the store ask: whether it lives, and what it has done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry, Counter, make_wsgi_app
from store.models import db
from werkzeug import Response
from werkzeug.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

__all__ = ["OwnAnswers", "init_app"]


class OwnAnswers:
    """Answers before any hook of the app's, and counts the requests of the app."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        """Keep what answers everything else."""
        self.app = app
        self.inner = inner
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "store_http_requests",
            "Requests, by the rule of their route.",
            ("method", "route", "status"),
            registry=self.registry,
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer."""
        path = environ["PATH_INFO"]
        if path == "/metrics":
            return make_wsgi_app(self.registry)(environ, start_response)
        if path.startswith("/health/"):
            status = {"live": "live", "ready": "ready"}[path.removeprefix("/health/")]
            if status == "ready":
                self.check()
            body, headers = f'{{"status": "{status}"}}\n', {"Cache-Control": "no-store"}
            answer = Response(body, headers=headers, mimetype="application/json")
            return answer(environ, start_response)

        def start(status: str, *rest: Any) -> Any:
            route = self.find_route(environ)
            self.requests.labels(
                environ["REQUEST_METHOD"], route, status.split(maxsplit=1)[0]
            ).inc()
            return start_response(status, *rest)

        return self.inner(environ, start)

    def find_route(self, environ: WSGIEnvironment) -> str:
        """Return the rule that a request has."""
        try:
            rule, _ = self.app.url_map.bind_to_environ(environ).match(return_rule=True)
        except HTTPException:
            return "unmatched"
        return str(rule.rule)

    def check(self) -> None:
        """Ask the database and Redis."""
        with self.app.app_context():
            db.session.execute(db.text("SELECT 1"))
        self.app.extensions["redis"].ping()


def init_app(app: Flask) -> None:
    """Answer, and say in each answer who it was."""
    app.wsgi_app = OwnAnswers(app, app.wsgi_app)

    @app.after_request
    def add_version(response: Response) -> Response:
        response.headers["X-Version"] = app.config["VERSION"]
        return response
