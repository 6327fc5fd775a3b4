"""Make and check what a browser carries: the cookie of who is in, and what guards the forms."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

__all__ = ["FORM_COOKIE", "SESSION_SECONDS", "Token", "is_same", "make_nonce", "name_session"]

FORM_COOKIE = "assembler_console_form"
SESSION_SECONDS = 12 * 3600


def is_same(left: str, right: str) -> bool:
    """Compare two texts in a time that tells nothing of either."""
    return hmac.compare_digest(_hash(left), _hash(right))


def name_session(host: str, token: str) -> str:
    """Return the name of the cookie of who is in.

    Cookies know no port: with one name for all, to sign in to one console of a machine would be to
    sign out of the others.

    Args:
        host: The host and port that are asked, as the request has them.
        token: The profile's, as a proxy may leave out the port. Not one that ends with the server:
            each start would then leave a cookie behind.
    """
    key, where = (text.encode("utf-8", "surrogatepass") for text in (token, host))
    digest = hmac.new(key, b"assembler console at " + where, hashlib.sha256).hexdigest()
    return f"assembler_console_{digest[:12]}"


def make_nonce() -> str:
    """Return what a form and a cookie both carry, so that no other site can send the form."""
    return secrets.token_urlsafe(24)


class Token:
    """The token of a console; a browser carries a proof of it, and not itself."""

    def __init__(self, text: str) -> None:
        """Keep it."""
        self._key = text.encode("utf-8", "surrogatepass")
        self._text = text

    def is_right(self, given: str) -> bool:
        """Return whether ``given`` is the token."""
        return is_same(given, self._text)

    def make_session(self) -> str:
        """Return the cookie of somebody who has shown the token."""
        until = str(int(time.time()) + SESSION_SECONDS)
        return f"{until}.{self._sign(until)}"

    def is_session(self, cookie: str) -> bool:
        """Return whether ``cookie`` is one that was made with this token, and not too old."""
        until, _, proof = cookie.partition(".")
        if not is_same(proof, self._sign(until)):
            return False
        return int(until) > time.time()

    def _sign(self, until: str) -> str:
        data = f"assembler console until {until}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, data, hashlib.sha256).hexdigest()


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
