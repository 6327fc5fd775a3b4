"""The addresses of clients behind a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from depot32.switches import is_on

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app", "is_enabled"]


def is_enabled() -> bool:
    """Return whether the app is behind a proxy."""
    return is_on("BEHIND_PROXY", default=False)


def init_app(app: Flask) -> None:
    """Trust one proxy."""
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
