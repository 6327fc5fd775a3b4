"""Know which request a line of the log belongs to: its id, and those of its trace."""

from __future__ import annotations

import sys
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["IDS", "RequestIds", "ScopedApp", "find_ids", "find_request_id"]

IDS = "assembler.ids"  # where a request's environ keeps them: servers log once the scope is left


@dataclass(slots=True)
class RequestIds:
    """What tells a request from others; ``None``: nobody has said."""

    request_id: str | None = None
    trace_id: str | None = None
    span_id: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Return those that are known, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


_current: ContextVar[RequestIds | None] = ContextVar("assembler_request_ids", default=None)


def find_request_id() -> str | None:
    """Return the id of the request that is being answered; ``None``: there is none."""
    ids = _current.get()
    return None if ids is None else ids.request_id


def find_ids(environ: Mapping[str, object] | None = None) -> dict[str, str]:
    """Return the ids of the request of ``environ``, else of the one that is being answered.

    Where there is a span of OpenTelemetry's, its ids are among them.
    """
    given = (environ or {}).get(IDS)
    ids = given if isinstance(given, RequestIds) else _current.get()
    found = {} if ids is None else ids.to_dict()
    api = sys.modules.get("opentelemetry.trace")  # whoever has not imported it has no span
    span = None if api is None else api.get_current_span().get_span_context()
    if span is not None and span.is_valid:
        found |= {"trace_id": f"{span.trace_id:032x}", "span_id": f"{span.span_id:016x}"}
    return found


class ScopedApp:
    """A WSGI app whose lines of the log are known to be of one request.

    The scope is left when the answer is closed. After an exception it is not, since the server
    logs that next; nor after a file that the server sends by itself. The next request makes its
    own.
    """

    def __init__(self, app: WSGIApplication) -> None:
        """Stand in the place of the app's WSGI app as it is now."""
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        if IDS in environ:  # it has a scope already
            return self.app(environ, start_response)
        environ[IDS] = ids = RequestIds()
        before = _current.get()
        _current.set(ids)
        answer: Iterable[bytes] = self.app(environ, start_response)
        is_file = isinstance(answer, environ.get("wsgi.file_wrapper", ()))
        return answer if is_file else _Answer(answer, before)


class _Answer:
    """An answer that leaves the scope when it is closed; its parts come as they are."""

    def __init__(self, answer: Iterable[bytes], before: RequestIds | None) -> None:
        self._answer = answer
        self._before = before

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        close: Callable[[], object] | None = getattr(self._answer, "close", None)
        try:
            if close is not None:
                close()
        finally:
            _current.set(self._before)
