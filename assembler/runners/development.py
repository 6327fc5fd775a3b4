"""Make Werkzeug's server stop cleanly. Imports Werkzeug, so it is imported after patching."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from wsgiref.types import WSGIApplication

    from werkzeug.serving import BaseWSGIServer

    from assembler.runners.connections import Connections
    from assembler.serving.bind import Bind

__all__ = ["build_server"]


def build_server(
    app: WSGIApplication,
    settings: Mapping[str, Any],
    bind: Bind,
    listener: socket.socket,
    connections: Connections,
) -> BaseWSGIServer:
    """Make a server that listens on ``listener`` and tells ``connections`` what it does."""

    class Handler(WSGIRequestHandler):
        """Answer the requests of one connection."""

        is_busy = False

        def handle_one_request(self) -> None:
            connections.note_idle(self.connection)
            try:
                super().handle_one_request()
            finally:
                connections.note_gone(self.connection)
                if self.is_busy:
                    self.is_busy = False
                    connections.note_busy(-1)

        def parse_request(self) -> bool:
            self.is_busy = True
            connections.note_busy(1)
            connections.note_gone(self.connection)
            return super().parse_request()

    return make_server(
        f"unix://{bind.path}" if bind.path is not None else bind.host,
        bind.port,
        app,
        threaded=settings["threaded"],
        request_handler=Handler,
        ssl_context=settings["ssl_context"],
        fd=listener.fileno(),
    )
