"""Give each request an id: its client's where that is trusted, else a new one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assembler.steps.request_scope import IDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["IdentifiedApp"]

# What cannot break a line of a log, nor a header, and is no essay.
USABLE = re.compile(r"[\w.:+/=@-]{1,128}", re.ASCII)


class IdentifiedApp:
    """A WSGI app, in the scope of a request, that gives it an id and tells it in the answer."""

    def __init__(self, app: WSGIApplication, header: str, *, trusts: bool) -> None:
        """Stand in the place of ``app``; ``trusts``: the id of a request's header is taken over."""
        self.app = app
        self._header = header
        self._key = f"HTTP_{header.upper().replace('-', '_')}" if trusts else ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        given = environ.get(self._key, "")
        request_id = given if USABLE.fullmatch(given) else uuid4().hex
        environ[IDS].request_id = request_id

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:  # noqa: ANN401 - the server's
            name = self._header.lower()
            kept = [one for one in headers if one[0].lower() != name]
            return start_response(status, [*kept, (self._header, request_id)], *rest)

        return self.app(environ, start)
