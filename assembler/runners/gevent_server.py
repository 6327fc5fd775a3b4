"""Make gevent's server stop cleanly. Imports gevent, so it is imported after patching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gevent.pywsgi import WSGIHandler, WSGIServer

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from wsgiref.types import WSGIApplication

    from assembler.runners.connections import Connections

__all__ = ["build_server"]


def build_server(
    app: WSGIApplication,
    settings: Mapping[str, Any],
    listener: socket.socket,
    connections: Connections,
) -> WSGIServer:
    """Make a server that listens on ``listener``, and tells ``connections`` which of them wait.

    Args:
        app: What answers.
        settings: The dumped `assembler.serving.settings.GeventSettings`.
        listener: A socket of gevent's, since the process is patched.
        connections: The server's.
    """

    class Handler(WSGIHandler):
        """Answer the requests of one connection."""

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
