"""Letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_mailman import Mail

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Send them by the server that the config names."""
    app.config["MAIL_TIMEOUT"] = 10
    Mail(app)
