"""Clients behind a proxy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Trust one proxy."""
    app.wsgi_app = ProxyFix(app.wsgi_app)
