"""Answer assembler's own routes at `server.management_bind`, without anything of the app's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assembler.runners.request_counts import NOT_COUNTED
from assembler.steps.own_apps import find_own_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["ByAddress", "Management", "find_management_address"]

EVERY = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


class Management:
    """A WSGI app of the routes of steps such as `health`."""

    def __init__(
        self, views: Mapping[str, Callable[[], Any]], apps: Mapping[str, Any] | None = None
    ) -> None:
        """Keep what answers, by its path: `own_views` and `own_apps` of `assembler.report.Report`.

        Args:
            views: By the whole path.
            apps: WSGI apps, each by the path below which it answers.
        """
        self.views = views
        self._apps = apps or {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        from werkzeug.exceptions import (  # noqa: PLC0415 - after patching
            MethodNotAllowed,
            NotFound,
        )

        environ[NOT_COUNTED] = True
        path = environ.get("PATH_INFO", "")
        view, app = self.views.get(path), find_own_app(self._apps, path)
        answer: Any
        if app is not None:
            answer = app
        elif view is None:
            answer = NotFound()
        elif environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            answer = MethodNotAllowed(["GET", "HEAD"])
        else:
            answer = view()
        found: Iterable[bytes] = answer(environ, start_response)
        return found


class ByAddress:
    """A WSGI app that has the app answer, or `Management` at its own address.

    The connection tells the address: what a client says in its headers does not count.
    """

    def __init__(self, app: WSGIApplication, management: Management, address: Any) -> None:  # noqa: ANN401 - of any family
        """Keep both, and the name of the socket that is the management's."""
        self.app = app
        self._management = management
        self._address = address

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer the request."""
        is_own = _is_at(environ["gunicorn.socket"], self._address)
        return (self._management if is_own else self.app)(environ, start_response)


def find_management_address(listeners: Iterable[Any]) -> Any:  # noqa: ANN401 - of any family
    """Return the name of the socket at the management's address: the last one is."""
    return [*listeners][-1].getsockname()


def _is_at(connection: Any, address: Any) -> bool:  # noqa: ANN401 - a socket of any library
    """Return whether a connection was accepted by the socket at ``address``."""
    try:
        own = connection.getsockname()
    except OSError:  # it is gone
        return False
    if not isinstance(own, tuple) or not isinstance(address, tuple):
        return bool(own == address)
    return own[1] == address[1] and (address[0] in EVERY or own[0] == address[0])
