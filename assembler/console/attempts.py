"""Count failed attempts to get in, by whom, so that nobody can try many tokens."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque

__all__ = ["LIMIT_FAILURES", "WINDOW_SECONDS", "Attempts"]

LIMIT_FAILURES = 10
WINDOW_SECONDS = 60.0
LIMIT_CLIENTS = 1000  # are remembered; of more, those that failed last


class Attempts:
    """The failures of the last minute, by the address of the connection."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, deque[float]] = OrderedDict()

    def note_failure(self, client: str) -> None:
        """Take note that ``client`` has failed now."""
        with self._lock:
            times = self._failed.setdefault(client, deque(maxlen=LIMIT_FAILURES))
            times.append(time.monotonic())
            self._failed.move_to_end(client)
            if len(self._failed) > LIMIT_CLIENTS:
                self._failed.popitem(last=False)

    def find_wait(self, client: str) -> int:
        """Return how many seconds ``client`` has to wait before it may try again; 0: none."""
        with self._lock:
            times = self._failed.get(client)
            if times is None or len(times) < LIMIT_FAILURES:
                return 0
            return max(0, math.ceil(times[0] + WINDOW_SECONDS - time.monotonic()))
