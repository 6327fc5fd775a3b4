"""How long a request took, as a response header."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from flask import Response

__all__ = ["add_elapsed", "drop_clock", "start_clock"]


def start_clock() -> None:
    """Remember when the request came."""
    g.started_seconds = perf_counter()


def add_elapsed(response: Response) -> Response:
    """Return how long it took, in whole milliseconds."""
    elapsed_ms = (perf_counter() - g.started_seconds) * 1000
    response.headers["Server-Timing"] = f"app;dur={elapsed_ms:.0f}"
    return response


def drop_clock(error: BaseException | None = None) -> None:  # noqa: ARG001 - Flask passes it
    """Forget the time again."""
    g.pop("started_seconds", None)
