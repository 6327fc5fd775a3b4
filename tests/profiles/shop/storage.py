"""Where uploads are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def connect(app: Flask) -> None:
    """Open it."""
    app.extensions["shop.storage"] = connect
