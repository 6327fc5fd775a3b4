"""How many answers of which status."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flask import current_app

from depot32.switches import is_on

if TYPE_CHECKING:
    from flask import Flask, Response

__all__ = ["count_answer", "init_app", "is_enabled"]


def is_enabled() -> bool:
    """Return whether answers are counted."""
    return is_on("METRICS", default=True)


def count_answer(response: Response) -> Response:
    """Count one answer."""
    current_app.extensions["metrics"][response.status_code] += 1
    return response


def init_app(app: Flask) -> None:
    """Count from zero."""
    app.extensions["metrics"] = Counter()
    app.after_request(count_answer)
