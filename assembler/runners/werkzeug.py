"""Serve with Werkzeug's development server: with its debugger and a reloader where debug is on."""

from __future__ import annotations

import logging
import re
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

from assembler.rendering.console import is_colored, write_error
from assembler.runners.boot import STATUS_INTERRUPTED, assemble_app, boot
from assembler.runners.console_address import find_console_addresses, tell_console
from assembler.runners.sockets import render_addresses
from assembler.secrets.text_secrets import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import ExitStack
    from wsgiref.types import WSGIApplication

    from flask import Flask
    from werkzeug.serving import BaseWSGIServer

    from assembler.report import Patched
    from assembler.runners.connections import Connections
    from assembler.runners.loading import Serving
    from assembler.runners.sockets import OpenSocket

__all__ = ["assemble_debugged", "serve", "serve_sockets", "strip_colors"]

POLL_SECONDS = 0.1
# How long requests in flight may take when the server stops.
STOP_SECONDS = 30.0
COLOR = re.compile(r"\x1b\[[0-9;]*m")  # Werkzeug always uses them


def serve(serving: Serving) -> int:
    """Serve until a signal; with the reloader, this process only supervises another one.

    Raises:
        ProfileError: if the app cannot be assembled or an address cannot be bound to.
    """
    if serving.use_reloader:
        from assembler.runners.reloader import supervise  # noqa: PLC0415 - not needed otherwise

        return supervise(serving.profile, serving.overrides)
    with boot(serving) as (app, sockets):
        _tell_console(serving, app, sockets)
        return serve_sockets(_debug(app, serving), serving.settings, sockets)


def _tell_console(serving: Serving, app: Flask, sockets: list[OpenSocket]) -> None:
    is_tls = serving.settings["ssl_context"] is not None
    addresses = [render_addresses([one], is_tls=is_tls) for one in sockets]
    report = app.extensions["assembler"].to_dict()
    tell_console(find_console_addresses(serving, addresses, report))


def assemble_debugged(
    serving: Serving, patched: Patched, stack: ExitStack, sockets: list[OpenSocket]
) -> WSGIApplication:
    """Assemble the app in the process that the reloader restarts; ``stack`` closes it.

    Raises:
        ProfileError: as `assemble_app` does.
    """
    app = assemble_app(serving, patched)
    stack.callback(app.extensions["assembler"].close)
    _tell_console(serving, app, sockets)
    return _debug(app, serving)


def _debug(app: Flask, serving: Serving) -> WSGIApplication:
    """Wrap the app in Werkzeug's debugger where debug is on."""
    if not app.debug:
        return app
    from werkzeug.debug import DebuggedApplication  # noqa: PLC0415 - after patching

    debugged = DebuggedApplication(app, evalex=serving.settings["use_evalex"])
    debugged.trusted_hosts += [bind.host for bind in serving.binds if bind.path is None]
    return debugged


def serve_sockets(
    app: WSGIApplication,
    settings: Mapping[str, Any],
    sockets: list[OpenSocket],
    find_restart: Callable[[], int | None] = lambda: None,
) -> int:
    """Serve until a signal, or until ``find_restart`` returns an exit status.

    Requests in flight finish first.

    Args:
        app: The app that answers.
        settings: The dumped `assembler.serving.settings.WerkzeugSettings`.
        sockets: Where to listen.
        find_restart: Called every now and then.
    """
    # After patching.
    from assembler.runners.connections import FIRST_SECONDS, Connections  # noqa: PLC0415

    signals: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda caught, _frame: signals.append(caught))
    connections = Connections()
    strip_colors()
    servers = [_build_server(app, settings, one, connections) for one in sockets]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
    is_tls = settings["ssl_context"] is not None
    addresses = render_addresses(sockets, is_tls=is_tls)
    write_error(f"serving at {addresses}; this server is for development only")
    status = None
    while not signals and status is None:
        time.sleep(POLL_SECONDS)
        status = find_restart()
    for server, (_, listener) in zip(servers, sockets, strict=True):
        server.shutdown()
        server.socket.close()
        listener.close()  # the reloader keeps its own: who connects waits there for its next child
    connections.stop_reused()
    # A second signal ends the wait.
    number_before, stopped = len(signals), time.monotonic()
    while len(signals) == number_before and time.monotonic() < stopped + STOP_SECONDS:
        if connections.wait_until_answered(POLL_SECONDS):
            break
        if time.monotonic() > stopped + FIRST_SECONDS:
            connections.stop()
    if status is not None:
        return status
    return STATUS_INTERRUPTED if signal.SIGINT in signals else 0


def strip_colors() -> None:
    """Keep colors out of Werkzeug's log lines, unless they go to a terminal that takes them.

    And the secrets in the addresses that are asked for: the console's token is in one.
    """
    log = logging.getLogger("werkzeug")
    log.addFilter(_mask_record)
    if not is_colored(sys.stderr):
        log.addFilter(_strip_record)


def _mask_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = mask_text(record.getMessage()), None
    return True


def _strip_record(record: logging.LogRecord) -> bool:
    record.msg, record.args = COLOR.sub("", record.getMessage()), None
    return True


def _build_server(
    app: WSGIApplication, settings: Mapping[str, Any], opened: OpenSocket, connections: Connections
) -> BaseWSGIServer:
    """Build a server on a socket that tells ``connections`` which of them are idle or busy."""
    from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: PLC0415 - after patching

    class Handler(WSGIRequestHandler):
        is_busy = False
        is_first = True

        def handle_one_request(self) -> None:
            connections.note_idle(self.connection, is_first=self.is_first)
            self.is_first = False
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

    bind, listener = opened
    return make_server(
        f"unix://{bind.path}" if bind.path is not None else bind.host,
        bind.port,
        app,
        threaded=settings["threaded"],
        request_handler=Handler,
        ssl_context=settings["ssl_context"],
        fd=listener.fileno(),
    )
