"""Number, measure and protect requests by hand, as the libraries' own documentation has it."""

from __future__ import annotations

import logging
import time
from uuid import uuid4

from flask import Flask, Response, g, has_request_context, request
from flask_cors import CORS
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)

__all__ = ["IdFilter", "allow_origins", "identify", "measure", "protect"]

REQUESTS = Counter("shop_requests", "Requests.", ("method", "route", "status"))
DURATION = Histogram("shop_request_seconds", "Their time.", ("method", "route"))
HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": "default-src 'self'",
}


class IdFilter(logging.Filter):
    """Give each line of the log the id of its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every line."""
        record.request_id = g.get("request_id", "-") if has_request_context() else "-"
        return True


def identify(app: Flask) -> None:
    """Give each request an id, and tell it in the answer."""

    @app.before_request
    def make_id() -> None:
        g.request_id = uuid4().hex

    @app.after_request
    def tell_id(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        return response


def measure(app: Flask) -> None:
    """Count requests and time them by their routes, and answer ``/metrics``."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def note(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        seconds = time.perf_counter() - g.began
        REQUESTS.labels(request.method, route, str(response.status_code)).inc()
        DURATION.labels(request.method, route).observe(seconds)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def allow_origins(app: Flask) -> None:
    """Answer pages of one other origin."""
    CORS(app, origins=["https://shop.example"])


def protect(app: Flask) -> None:
    """Send the headers that protect pages in a browser."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response
