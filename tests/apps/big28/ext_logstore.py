"""A log of business events, in the storage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from big28.ordering import require_steps

if TYPE_CHECKING:
    from flask import Flask

    from big28.ext_storage import Storage

__all__ = ["LogStore", "init_app"]


class LogStore:
    """Lines, oldest first."""

    def __init__(self, storage: Storage) -> None:
        """Keep the lines in this storage."""
        self.storage = storage

    def append(self, line: str) -> None:
        """Add a line."""
        self.storage.append("events.log", f"{line}\n")

    def read(self) -> list[str]:
        """Return all lines."""
        return self.storage.read("events.log").splitlines()


def init_app(app: Flask) -> None:
    """Open the log."""
    require_steps(app, "logstore", "storage")
    app.extensions["logstore"] = LogStore(app.extensions["storage"])
