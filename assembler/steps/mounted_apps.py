"""Put other WSGI apps below paths of an app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["mount_apps"]


def mount_apps(app: Flask, mounted: dict[str, Any]) -> None:
    """Answer requests below each path with what is mounted there, and all others as before."""
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, mounted)  # type: ignore[method-assign]  # Flask's own way to wrap
