"""Mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["Mail", "init_app"]


class Mail:
    """An outbox of this process."""

    def __init__(self, sender: str) -> None:
        """Send in this name."""
        self.sender = sender
        self.outbox: list[tuple[str, str, str]] = []

    def send(self, subject: str, body: str) -> None:
        """Put a mail into the outbox."""
        self.outbox.append((self.sender, subject, body))


def init_app(app: Flask) -> None:
    """Open the outbox."""
    app.extensions["mail"] = Mail(app.config["MAIL_SENDER"])
