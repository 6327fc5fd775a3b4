"""Everything over TLS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, request

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

__all__ = ["SecureRedirect"]


class SecureRedirect:
    """Send every plain request to the same URL over TLS."""

    def __init__(self, app: Flask) -> None:
        """Ask before every request of `app`."""
        app.before_request(self.redirect_plain)

    def redirect_plain(self) -> ResponseReturnValue | None:
        """Redirect, unless the request is secure already."""
        if request.is_secure:
            return None
        return redirect(request.url.replace("http://", "https://", 1), code=308)
