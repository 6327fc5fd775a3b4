"""Pages, and who else may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_cors import CORS
from store.views import pages

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Add them."""
    CORS(app, resources={r"/api/.*": {"origins": "https://shop.example.org", "max_age": 600}})
    app.register_blueprint(pages)
