"""Count the requests of one worker where its master can read them."""

from __future__ import annotations

import struct
from itertools import count
from mmap import mmap
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NOT_COUNTED", "Counts", "RequestCounts"]

FORMAT = struct.Struct("=QQ")
SERVER_ERROR = 500
NOT_COUNTED = "assembler.is_not_counted"  # in the environment of a request that is not for the app


class Counts(NamedTuple):
    """How many requests were answered, and how many of them with a status from 500."""

    requests: int = 0
    errors: int = 0

    def __add__(self, other: Any) -> Counts:  # noqa: ANN401 - narrower than a tuple's
        """Return both together."""
        return Counts(self.requests + other.requests, self.errors + other.errors)

    def is_above(self, limit: float) -> bool:
        """Return whether the share of errors is above ``limit``."""
        return self.errors > limit * self.requests


class RequestCounts:
    """The counts, in memory that is shared: made before the fork, written by the worker."""

    def __init__(self) -> None:
        """Begin with none."""
        self._memory = mmap(-1, FORMAT.size)
        # `next` is one step for Python: threads do not get in each other's way.
        self._requests, self._errors = count(1), count(1)
        self._last_error = 0

    def read(self) -> Counts:
        """Return the counts until now."""
        return Counts(*FORMAT.unpack(self._memory[:]))

    def count(self, status: str | None) -> None:
        """Count an answer by its status line; ``None``: the app raised instead."""
        if status is None or int(status[:3]) >= SERVER_ERROR:
            self._last_error = next(self._errors)
        self._memory[:] = FORMAT.pack(next(self._requests), self._last_error)

    def wrap_hook(self, hook: Callable[..., object]) -> Callable[..., object]:
        """Return gunicorn's hook ``post_request``, with counting before it."""

        def post_request(worker: object, req: object, environ: Any, resp: Any) -> object:  # noqa: ANN401 - gunicorn's
            # Without an answer the request was not one.
            if resp is not None and NOT_COUNTED not in environ:
                self.count(resp.status)
            return hook(worker, req, environ, resp)

        return post_request
