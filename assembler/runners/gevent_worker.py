"""Define the worker that serves with gevent's own server."""

from __future__ import annotations

import math
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer

from assembler.runners.connections import FIRST_SECONDS, Connections
from assembler.runners.gunicorn_gevent_worker import GeventWorker
from assembler.runners.request_counts import NOT_COUNTED
from assembler.secrets.text_secrets import mask_text
from assembler.steps.log_lines import format_line
from assembler.steps.request_scope import find_ids

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["GeventServerWorker"]

# A signal that arrives just before the loop goes to sleep is seen when it wakes.
WAKE_SECONDS = 0.5
# How long a connection that waits may still send a request to a worker that another one replaces.
KEEP_SECONDS = 2.0
LOOK_SECONDS = 0.05


class GeventServerWorker(GeventWorker):
    """A worker with gevent's server in place of gunicorn's code, but for what the master asks."""

    def patch(self) -> None:
        """Patch the process, and make what needs a patched one."""
        super().patch()
        self._ended = Event()
        self._closes_since = math.inf  # of `time.monotonic`: no connection stays open since
        self.connections = Connections()

    def keep_connections(self, *, keep: bool) -> None:
        """Let answers announce that the connection stays open, or the contrary."""
        self._closes_since = math.inf if keep else min(self._closes_since, time.monotonic())

    @property
    def is_closing(self) -> bool:
        """Whether connections are closed once they are answered."""
        return self._closes_since < math.inf

    def divide(self, app: Any, management: object) -> Any:  # noqa: ANN401, ARG002 - a WSGI app
        """Leave the app as it is: each address has a server, and that its app."""
        return app

    def serve(self) -> None:
        """Serve until the worker is to end, and answer then what is in flight."""
        for listener in self.sockets:
            listener.setblocking(True)  # noqa: FBT003 - as the standard library has it
            server = self._build_server(listener, **self._find_tls())
            self.keep_server(server)
            server.start()
        while self.alive:
            self.notify()
            self._ended.wait(WAKE_SECONDS)
        self._stop(self._servers)

    def serve_one(self, client: Any, peer: Any, server: Any) -> None:  # noqa: ANN401 - gunicorn's
        """Answer one request of ``client``, in this greenlet."""
        stand_in = self._build_server(server if isinstance(server, tuple) else ("localhost", 0))
        stand_in.update_environ()
        stand_in.handler_class(client, peer, stand_in).handle()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop once the requests in flight are answered."""
        super().handle_exit(sig, frame)
        self._ended.set()

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """Stop in the same way; when told again, at once."""
        if self.alive:
            self.handle_exit(sig, frame)
            return
        for server in self._servers:
            gevent.spawn(server.pool.kill)

    def _stop(self, servers: list[Any]) -> None:
        """Stop accepting at all addresses before any waits for its requests."""
        for server in servers:
            server.close()
        until = self._closes_since + KEEP_SECONDS if self.is_closing else 0.0
        while self.connections.has_idle and time.monotonic() < until:
            gevent.sleep(LOOK_SECONDS)
        self.connections.stop_reused()
        last = gevent.spawn_later(FIRST_SECONDS, self.connections.stop)
        stopping = [gevent.spawn(server.stop) for server in servers]
        while not all(one.ready() for one in stopping):
            self.notify()
            gevent.joinall(stopping, WAKE_SECONDS)
        last.kill()

    def _find_tls(self) -> dict[str, str]:
        settings = self.app.serving.settings
        return {key: settings[key] for key in ("keyfile", "certfile") if settings[key] is not None}

    def _build_server(self, listener: Any, **tls: Any) -> Any:  # noqa: ANN401 - a socket or address
        settings = self.app.serving.settings
        handler: Any = partial(Handler, self)  # as a class would be called
        app: Any = self.choose_app(listener)
        server = WSGIServer(
            listener,
            app,
            spawn=settings["spawn"],
            log="default" if settings["log"] else None,
            handler_class=handler,
            **tls,
        )
        server.stop_timeout = settings["stop_timeout"]
        return server


class Handler(WSGIHandler):
    """A handler that tells the worker which connections wait, and what is answered."""

    def __init__(self, worker: GeventServerWorker, *args: Any) -> None:  # noqa: ANN401 - gevent's
        """Keep the worker."""
        super().__init__(*args)
        self._worker = worker
        self._is_first = True

    def read_requestline(self) -> str:
        """Wait for a request."""
        connection, connections = self.socket, self._worker.connections
        connections.note_idle(connection, is_first=self._is_first)
        self._is_first = False
        try:
            line: str = super().read_requestline()
        finally:
            connections.note_gone(connection)
        return line

    def finalize_headers(self) -> None:
        """Announce whether the connection is closed, if it would otherwise stay open."""
        super().finalize_headers()
        if self._worker.is_closing and not (self.connection_upgraded or self.close_connection):
            self.close_connection = True
            headers: list[Any] = self.response_headers  # type: ignore[assignment]  # of bytes
            headers[:] = [one for one in headers if one[0].lower() != b"connection"]
            headers.append((b"Connection", b"close"))

    def format_request(self) -> str:
        """Return the line about the request, in the format of the step `logging`."""
        line = mask_text(super().format_request())
        return format_line(line, find_ids(self.environ), "gevent.access")

    def log_request(self) -> None:
        """Count the answer; what was no request has none."""
        super().log_request()
        if self.code and NOT_COUNTED not in (self.environ or ()):
            # It is below zero if the client has gone.
            self._worker.counts.count(str(abs(self.code)))
        self.code = 0
