"""How sessions are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask.sessions import SecureCookieSessionInterface

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["ShortSession", "init_app"]


class ShortSession(SecureCookieSessionInterface):
    """Cookies that are signed with a salt of our own."""

    salt = "depot32"


def init_app(app: Flask) -> None:
    """Swap the interface."""
    app.session_interface = ShortSession()
