"""A small mail extension with an exchangeable transport."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING, Protocol

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

__all__ = ["Mail", "MemoryTransport", "Transport", "mail"]


class Transport(Protocol):
    """Takes a message to where it goes."""

    def send(self, message: EmailMessage) -> None:
        """Send one message."""


class MemoryTransport:
    """Keep what is sent."""

    def __init__(self) -> None:
        """Start with an empty outbox."""
        self.outbox: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        """Keep one message."""
        self.outbox.append(message)


class Mail:
    """The extension; each app has a transport of its own."""

    def init_app(self, app: Flask, *, transport: Callable[[], Transport], sender: str) -> None:
        """Give `app` a transport and the address that its mails come from."""
        app.extensions["mail"] = {"sender": sender, "transport": transport()}

    def send(self, to: str, subject: str, body: str) -> None:
        """Send a mail; needs an app context."""
        state = current_app.extensions["mail"]
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = state["sender"], to, subject
        message.set_content(body)
        state["transport"].send(message)


mail = Mail()
