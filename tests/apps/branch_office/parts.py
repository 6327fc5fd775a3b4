"""Extensions that note the order in which they got the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Ledger", "Queue", "archive", "index", "mail", "make_queue", "storage"]


class Part:
    """An extension that is made once."""

    def __init__(self, name: str) -> None:
        """Keep the name."""
        self.name = name

    def init_app(self, app: Flask) -> None:
        """Note that it is here."""
        app.extensions.setdefault("order", []).append(self.name)


mail, storage, archive, index = map(Part, ("mail", "storage", "archive", "index"))


class Queue(Part):
    """An extension of a length."""

    def __init__(self, length: int) -> None:
        """Keep the length."""
        super().__init__("queue")
        self.length = length

    def init_app(self, app: Flask, *, is_strict: bool = False) -> None:
        """Leave itself to the app."""
        super().init_app(app)
        app.extensions["queue"] = {"length": self.length, "is_strict": is_strict}


def make_queue(length: int) -> Queue:
    """Make a queue."""
    return Queue(length)


class Ledger:
    """An extension that needs the app to be made, though it has an `init_app`."""

    def __init__(self, app: Flask, currency: str) -> None:
        """Take the app at once."""
        self.currency = currency
        self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Leave the currency to the app."""
        app.extensions["ledger"] = self.currency
