"""Write to customers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask


class Mailer:
    """Send mail by SMTP."""

    def __init__(self, host: str = "localhost", servers: Sequence[object] = ()) -> None:
        """Keep where it goes."""
        self.host = host
        self.servers = servers

    def init_app(self, app: Flask, *, queue: bool = False) -> None:
        """Be there for the app."""
        app.extensions["shop.mail"] = (self, queue)


class LocalMailer:
    """Put mail into a folder."""

    def __init__(self, folder: str) -> None:
        """Keep which."""
        self.folder = folder

    def init_app(self, app: Flask) -> None:
        """Be there for the app."""
        app.extensions["shop.mail"] = self
