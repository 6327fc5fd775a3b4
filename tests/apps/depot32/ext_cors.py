"""Who may ask from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_cors import CORS

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["cors", "init_app"]

cors = CORS()


def init_app(app: Flask) -> None:
    """Let the shop ask."""
    cors.init_app(app, origins=app.config["SHOP_ORIGINS"])
