"""The client of the key-value store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.key_value import KeyValueStore

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["RedisClient", "init_app", "redis_client"]


class RedisClient:
    """What modules import before there is a client; it passes calls on to the one of the app."""

    def __init__(self) -> None:
        """Start without a client."""
        self._client: KeyValueStore | None = None

    def bind(self, client: KeyValueStore) -> None:
        """Pass calls on to this client from now on."""
        self._client = client

    @property
    def client(self) -> KeyValueStore:
        """The client, or RuntimeError while there is none."""
        if self._client is None:
            message = "the step redis has not run yet"
            raise RuntimeError(message)
        return self._client

    def get(self, key: str) -> str | None:
        """Return the text of a key, or None."""
        return self.client.get(key)

    def incr(self, key: str) -> int:
        """Count a key up by one."""
        return self.client.incr(key)


redis_client = RedisClient()


def init_app(app: Flask) -> None:
    """Make the client."""
    redis_client.bind(KeyValueStore(app.config["REDIS_URL"]))
    app.extensions["redis"] = redis_client
