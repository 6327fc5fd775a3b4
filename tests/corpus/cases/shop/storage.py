"""Keep files in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Use the store, which must be there by now."""
    app.extensions["storage"] = app.extensions["redis"]
