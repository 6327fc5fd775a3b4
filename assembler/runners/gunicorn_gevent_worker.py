"""Define gunicorn's worker for profiles that gevent patches."""

from __future__ import annotations

import select
import socket
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import gevent
import gevent.socket
from gevent.server import StreamServer
from gunicorn.workers.ggevent import GeventWorker as BaseWorker

from assembler.runners.gunicorn_worker import BootingWorker

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from assembler.runners.management import Management

__all__ = ["GeventWorker"]


class GeventWorker(BootingWorker, BaseWorker):
    """gunicorn's gevent worker, patched as the profile says."""

    server_class: Any  # type: ignore[misc]  # gunicorn's types take it for a constant

    def patch(self) -> None:
        """Patch the process; called after the fork and before the app is loaded."""
        self._keepalive: int = self.cfg.keepalive
        self.app.patch()
        listeners: list[Any] = list(self.sockets)  # gunicorn's own class around a socket
        self.sockets = [
            gevent.socket.socket(listener.FAMILY, socket.SOCK_STREAM, fileno=listener.sock.detach())
            for listener in listeners
        ]

    def begin_hearing(self) -> None:
        """Hear the master beside the requests, and keep the servers that are made from now on."""
        self._servers: list[Any] = []
        self._accepting: Collection[int] | None = None  # at which sockets; None: at all
        self._given_class = self.server_class
        self.server_class = self._make_server
        gevent.spawn(self._hear)

    def call_soon(self, call: Callable[[], object]) -> None:
        """Have ``call`` made in a greenlet of its own."""
        gevent.spawn(call)

    def keep_connections(self, *, keep: bool) -> None:
        """Let answers announce that the connection stays open, or the contrary."""
        self.cfg.set("keepalive", self._keepalive if keep else 0)

    def timeout_ctx(self) -> Any:  # noqa: ANN401 - its types say None
        """Return how long a connection that stays open waits for its next request."""
        return gevent.Timeout(self._keepalive, False)  # type: ignore[arg-type]  # noqa: FBT003

    def accept_at(self, listeners: list[int]) -> None:
        """Accept connections at these of the sockets."""
        self._accepting = listeners
        for number, server in enumerate(self._servers):
            is_accepting = "start_accepting" not in vars(server)
            if number in listeners and not is_accepting:
                del server.start_accepting
                server.start_accepting()
            elif number not in listeners and is_accepting:
                server.stop_accepting()
                # A server that was full would accept again as soon as it is not.
                server.start_accepting = _accept_nothing

    def divide(self, app: Any, management: Management) -> Any:  # noqa: ANN401 - WSGI apps
        """Leave the app as it is where each address has a server, and that its app."""
        return app if self.server_class is not None else super().divide(app, management)

    def choose_app(self, listener: Any) -> Any:  # noqa: ANN401 - a socket, and a WSGI app
        """Return the app of a server at ``listener``."""
        is_own = self.management is not None and self.sockets and listener is self.sockets[-1]
        return self.management if is_own else self.wsgi

    def keep_server(self, server: Any) -> None:  # noqa: ANN401 - of gevent's
        """Keep a server of the next socket that has not started yet."""
        if self._accepting is not None and len(self._servers) not in self._accepting:
            server.start_accepting = _accept_nothing
        server.close = partial(self._take_waiting_and_close, server, server.close)
        self._servers.append(server)

    def serve_one(self, client: Any, peer: Any, server: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Answer one request of ``client``, in this greenlet."""
        self.handle(cast("Any", _Listener(server)), client, peer)

    def _make_server(self, listener: Any, spawn: Any, **options: Any) -> Any:  # noqa: ANN401 - gunicorn's
        """Make a server as gunicorn would, and keep it."""
        if self._given_class is not None:
            options["application"] = self.choose_app(listener)
            server = self._given_class(listener, spawn=spawn, **options)
        else:
            tls = {key: value for key, value in options.items() if key == "ssl_context"}
            # What was accepted just before the socket is closed is answered as well.
            handle = partial(self.handle, cast("Any", _Listener(listener.getsockname())))
            server = StreamServer(listener, handle=handle, spawn=spawn, **tls)
            if self.cfg.workers > 1:
                server.max_accept = 1
        self.keep_server(server)
        return server

    def _take_waiting_and_close(self, server: Any, close: Callable[[], None]) -> None:  # noqa: ANN401 - gevent's
        """Accept what the system would reset once nobody has the socket, and close it."""
        self.obey()  # whether others accept now: that was said before the signal
        is_accepting = not server.closed and "start_accepting" not in vars(server)
        with suppress(OSError):
            while is_accepting and not server.full() and (accepted := server.do_read()):
                server.do_handle(*accepted)
        close()

    def _hear(self) -> None:
        """Obey the master."""
        while self.alive and not self._master.is_closed:
            select.select([self._master], [], [])
            self.obey()


class _Listener(NamedTuple):
    """What gunicorn asks a listener for."""

    name: Any

    def getsockname(self) -> Any:  # noqa: ANN401 - an address of any family
        return self.name


def _accept_nothing() -> None:
    """Stand in for a server's `start_accepting`."""
