"""Mail, as an extension module."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Be there for the app."""
    app.extensions["shop.ext_mail"] = init_app
