"""Decide who gets in: by a token, by the app's own login, or in debug from this machine."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

import flask

from assembler.console.attempts import Attempts
from assembler.console.credentials import FORM_COOKIE, Token, is_same, name_session
from assembler.journal.loopback import is_loopback_request
from assembler.steps.authorizing import is_authorized

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from assembler.steps.catalog.console import ConsoleOptions
    from assembler.steps.forms import StepContext

__all__ = ["TOO_MANY", "Door", "Refusal", "RefusedError"]

log = logging.getLogger("assembler")

WRONG = "This is not the token."
TOO_MANY = "Too many attempts failed: wait before the next one."
NO_TOKEN = "The console needs a token."  # noqa: S105 - words
NOT_ALLOWED = "This app does not let you see its console."
CLOSED = "Nobody can open this console: its step has neither `token` nor `authorize`."


class Refusal(NamedTuple):
    """Why a request does not get in."""

    status: HTTPStatus
    detail: str
    wait_seconds: int = 0  # before the next attempt


class RefusedError(Exception):
    """Raised in place of an answer."""

    def __init__(self, refusal: Refusal) -> None:
        """Keep why."""
        super().__init__(refusal.detail)
        self.refusal = refusal


class Door:
    """Guards the console of one app, in one process."""

    def __init__(self, context: StepContext, options: ConsoleOptions) -> None:
        """Keep what opens it."""
        self._app = context.app
        self._authorize = options.authorize
        text = self._lasting = options.token
        make = context.report.boot.get_start_token
        if not text and make is not None:
            text = make()
        self.token = Token(text) if text and options.authorize is None else None
        self._is_open_in_debug = not options.token and options.authorize is None
        self._attempts = Attempts()

    def find_refusal(self, request: Request) -> Refusal | None:
        """Return why a request does not get in, or ``None``."""
        if self._authorize is not None:
            is_allowed = self._ask_app(request)
            return None if is_allowed else Refusal(HTTPStatus.FORBIDDEN, NOT_ALLOWED)
        if self._is_open(request):
            return None
        if self.token is None:
            return Refusal(HTTPStatus.FORBIDDEN, CLOSED)
        if request.authorization is not None and request.authorization.type == "bearer":
            return self.try_token(request, request.authorization.token or "")
        if self.token.is_session(request.cookies.get(self.name_session(request), "")):
            return None
        return Refusal(HTTPStatus.UNAUTHORIZED, NO_TOKEN)

    def name_session(self, request: Request) -> str:
        """Return the name of the cookie that says who is in."""
        return name_session(request.environ.get("HTTP_HOST", ""), self._lasting or "")

    def try_token(self, request: Request, given: str) -> Refusal | None:
        """Return why the token that a request brings does not let it in, or ``None``."""
        client = request.remote_addr or ""
        wait = self._attempts.find_wait(client)
        if wait:
            return Refusal(HTTPStatus.TOO_MANY_REQUESTS, TOO_MANY, wait)
        if self.token is not None and self.token.is_right(given):
            return None
        self._attempts.note(client)
        log.warning("an attempt to open the console failed, from %s", client or "a Unix socket")
        return Refusal(HTTPStatus.UNAUTHORIZED, WRONG)

    def is_own_form(self, request: Request) -> bool:
        """Return whether a form was sent by a page of ours, and not by another site.

        Or by a program: no browser sends a bearer's token in a header unasked.
        """
        if request.authorization is not None and request.authorization.type == "bearer":
            return True
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        nonce = request.cookies.get(FORM_COOKIE, "")
        return (
            site == "same-origin" and bool(nonce) and is_same(request.form.get("form", ""), nonce)
        )

    def _is_open(self, request: Request) -> bool:
        """Return whether debug lets everybody in who is on this machine, as the debugger does."""
        return self._is_open_in_debug and self._app.debug and is_loopback_request(request.environ)

    def _ask_app(self, request: Request) -> bool:
        """Ask the project's own callable, where it finds the app, its session and its user."""
        try:
            with self._app.request_context(request.environ):
                return is_authorized("console", self._authorize, flask.request)
        except Exception as error:  # noqa: BLE001 - the project's own code
            log.warning("`authorize` of the console failed: %s", type(error).__name__)
            return False
