"""A key-value store in this process, with the few calls that the app makes of Redis."""

from __future__ import annotations

from threading import Lock

__all__ = ["KeyValueStore"]


class KeyValueStore:
    """Texts and counters by key."""

    def __init__(self, url: str) -> None:
        """Keep the URL for whoever asks; nothing is connected to."""
        self.url = url
        self._lock = Lock()
        self._values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """Return the text of a key, or None."""
        return self._values.get(key)

    def incr(self, key: str) -> int:
        """Count a key up by one."""
        with self._lock:
            count = int(self._values.get(key, "0")) + 1
            self._values[key] = str(count)
        return count
