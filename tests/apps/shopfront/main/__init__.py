"""The pages that everybody sees."""

from __future__ import annotations

from flask import Blueprint

__all__ = ["bp"]

bp = Blueprint("main", __name__)

# The modules hang their views on bp, so they come after it.
from shopfront.main import errors, views  # noqa: E402, F401 - see above
