"""Need the signals to be registered."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: Flask) -> None:
    """Take what was registered by whoever imported the module."""
    app.extensions["orders"] = sys.modules["shop.signals"].REGISTERED
