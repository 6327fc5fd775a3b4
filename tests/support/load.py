"""Keep a server busy with clients, and count what became of their requests."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.support.processes import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Load", "loading"]

TIMEOUT_SECONDS = 30.0


@dataclass(slots=True)
class Load:
    """What clients have seen until now."""

    lost: list[str] = field(default_factory=list)  # requests without an answer, and why
    statuses: Counter[int] = field(default_factory=Counter)
    longest_seconds: float = 0.0
    texts: set[str] = field(default_factory=set)

    def count_failed(self) -> int:
        """Count the answers with a status from 500."""
        return sum(count for status, count in self.statuses.items() if status >= 500)

    def wait_for_none_failed(self) -> None:
        """Wait for a second in which none fails: what is on its way may still."""

        def look() -> bool:
            self.statuses.clear()
            time.sleep(1)
            return self.count > 0 and self.count_failed() == 0

        wait_until(look, "second without a failure")

    @property
    def count(self) -> int:
        """How many answers there were."""
        return self.statuses.total()


@contextmanager
def loading(
    url: str, path: str = "/", clients: int = 8, timeout_seconds: float = TIMEOUT_SECONDS
) -> Iterator[Load]:
    """Send requests from so many clients, each over connections that it keeps, during the body."""
    load = Load()
    host = url.removeprefix("http://")
    ending = threading.Event()
    lock = threading.Lock()

    def send() -> None:
        connection = http.client.HTTPConnection(host, timeout=timeout_seconds)
        is_reused = False
        while not ending.is_set():
            started = time.monotonic()
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                text = response.read().decode()
            except (OSError, http.client.HTTPException) as error:
                # An idle connection that the server closed is no request that it had taken.
                is_stale = isinstance(error, http.client.RemoteDisconnected) and is_reused
                connection.close()
                with lock:
                    if not is_stale:
                        load.lost.append(repr(error))
                is_reused = False
                continue
            is_reused = not response.will_close
            with lock:
                load.statuses[response.status] += 1
                load.texts.add(text)
                load.longest_seconds = max(load.longest_seconds, time.monotonic() - started)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        ending.set()
        for thread in threads:
            thread.join()
