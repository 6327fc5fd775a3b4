"""What a parcel costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Read the rates once."""
    app.extensions["rates"] = dict(sorted(app.config["RATES"].items()))
