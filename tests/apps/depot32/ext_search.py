"""An index of parcels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Search in the store."""
    store = app.extensions["store"]
    app.extensions["search"] = lambda text: [
        record for record in store.list("parcels") if text in str(record["to"])
    ]
