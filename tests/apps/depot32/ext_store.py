"""The store that the other modules keep their records in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Store", "init_app"]


class Store:
    """Records by kind, in this process."""

    def __init__(self) -> None:
        """Start empty."""
        self.kinds: dict[str, list[dict[str, object]]] = {}

    def add(self, kind: str, **record: object) -> int:
        """Keep a record; return its number."""
        records = self.kinds.setdefault(kind, [])
        records.append({"id": len(records) + 1, **record})
        return len(records)

    def list(self, kind: str) -> list[dict[str, object]]:
        """Return the records of one kind."""
        return self.kinds.get(kind, [])


def init_app(app: Flask) -> None:
    """Open a store for this app."""
    app.extensions["store"] = Store()
