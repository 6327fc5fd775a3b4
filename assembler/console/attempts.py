"""Count by whom something is tried, so that nobody can try it often: many tokens, many texts."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque

__all__ = ["LIMIT_FAILURES", "WINDOW_SECONDS", "Attempts"]

LIMIT_FAILURES = 10
WINDOW_SECONDS = 60.0
LIMIT_CLIENTS = 1000  # are remembered; of more, those that tried last


class Attempts:
    """Those of the last minute, by the address of the connection."""

    def __init__(self, limit: int = LIMIT_FAILURES) -> None:
        """Begin with none; who has made ``limit`` of them has to wait."""
        self._lock = threading.Lock()
        self._limit = limit
        self._made: OrderedDict[str, deque[float]] = OrderedDict()

    def note(self, client: str) -> None:
        """Take note of one that ``client`` makes now."""
        with self._lock:
            times = self._made.setdefault(client, deque(maxlen=self._limit))
            times.append(time.monotonic())
            self._made.move_to_end(client)
            if len(self._made) > LIMIT_CLIENTS:
                self._made.popitem(last=False)

    def find_wait(self, client: str) -> int:
        """Return how many seconds ``client`` has to wait before it may try again; 0: none."""
        with self._lock:
            times = self._made.get(client)
            if times is None or len(times) < self._limit:
                return 0
            return max(0, math.ceil(times[0] + WINDOW_SECONDS - time.monotonic()))
