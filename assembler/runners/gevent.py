"""Serve with gevent's own server, in this one process."""

from __future__ import annotations

import math
import os
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from assembler.rendering.console import write_error
from assembler.runners.boot import STATUS_INTERRUPTED, boot
from assembler.runners.service_manager import ServiceManager
from assembler.runners.sockets import render_addresses

if TYPE_CHECKING:
    import socket

    from flask import Flask
    from gevent.pywsgi import WSGIServer
    from gevent.queue import Queue

    from assembler.runners.connections import Connections
    from assembler.runners.loading import Serving

__all__ = ["serve"]

# A signal that arrives just before the loop goes to sleep is seen when it wakes.
WAKE_SECONDS = 0.5


def serve(serving: Serving) -> int:
    """Patch this process, assemble the app, and serve it until a signal.

    Raises:
        ProfileError: if the app cannot be assembled or an address cannot be bound to.
    """
    with boot(serving) as (app, sockets):
        from gevent import joinall, spawn  # noqa: PLC0415 - after patching
        from gevent.queue import Queue  # noqa: PLC0415 - as above

        from assembler.runners.connections import Connections  # noqa: PLC0415 - as above

        signals: Queue[int] = Queue()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, lambda caught, _frame: signals.put_nowait(caught))
        connections = Connections()
        servers = [_build_server(app, serving.settings, one, connections) for _, one in sockets]
        for server in servers:
            server.start()
        is_tls = serving.settings["certfile"] is not None
        write_error(f"serving at {render_addresses(sockets, is_tls=is_tls)}")
        service = ServiceManager(os.environ)
        service.note_ready()
        caught = _wait_for_signal(signals, service)
        service.note_stopping()
        drain_seconds = serving.loaded.plan.profile.server.drain_seconds
        if caught == signal.SIGTERM and drain_seconds > 0:
            app.extensions["assembler"].is_draining = True
            caught = _wait_for_signal(signals, service, drain_seconds) or caught
        # All of them stop accepting before any waits for its requests.
        for server in servers:
            server.close()
        connections.stop()
        joinall([spawn(server.stop) for server in servers])
        return STATUS_INTERRUPTED if caught == signal.SIGINT else 0


def _wait_for_signal(
    signals: Queue[int], service: ServiceManager, seconds: float = math.inf
) -> int | None:
    """Return the next signal, or None if none comes in time; tell of life meanwhile."""
    from gevent.queue import Empty  # noqa: PLC0415 - after patching

    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        with suppress(Empty):
            service.note_beats([0.0])  # the loop runs, or this would not
            wake = service.watchdog_seconds or WAKE_SECONDS
            return signals.get(timeout=min(left, wake, WAKE_SECONDS))
    return None


def _build_server(
    app: Flask, settings: dict[str, Any], listener: socket.socket, connections: Connections
) -> WSGIServer:
    """Build a server on ``listener`` that tells ``connections`` which of them are idle."""
    from gevent.pywsgi import WSGIHandler, WSGIServer  # noqa: PLC0415 - after patching

    class Handler(WSGIHandler):
        def read_requestline(self) -> str:
            connection = self.socket
            connections.note_idle(connection)
            try:
                line: str = super().read_requestline()
            finally:
                connections.note_gone(connection)
            return line

    tls = {name: settings[name] for name in ("keyfile", "certfile") if settings[name] is not None}
    server = WSGIServer(
        listener,
        app,
        spawn=settings["spawn"],
        log="default" if settings["log"] else None,
        handler_class=Handler,
        **tls,
    )
    server.stop_timeout = settings["stop_timeout"]
    return server
