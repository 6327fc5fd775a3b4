"""Serve with gevent's own server, in this one process."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from assembler.assembling.create import apply_plan_patches
from assembler.rendering.boot_log import log_report
from assembler.rendering.console import write_error
from assembler.runners.assembling import assemble_serving
from assembler.runners.setting_files import check_setting_files
from assembler.runners.sockets import close_sockets, open_sockets, render_address
from assembler.runners.stopping import leaving_on_sigterm

if TYPE_CHECKING:
    import socket

    from flask import Flask

    from assembler.runners.loading import Serving
    from assembler.serving.bind import Bind

__all__ = ["serve"]

STATUS_INTERRUPTED = 130
# A signal that comes just before the loop goes to sleep is seen when it wakes.
WAKE_SECONDS = 0.5


def serve(serving: Serving) -> int:
    """Patch this process, assemble the app, and serve it until told to end.

    Raises:
        ProfileError: where the app cannot be assembled, or an address not be bound to.
    """
    with ExitStack() as stack:
        stack.enter_context(leaving_on_sigterm())
        # Before the sockets: they are to be gevent's.
        proofs = apply_plan_patches(serving.loaded)
        check_setting_files(serving)
        # Before the app: that an address is taken should be known before anything is opened.
        sockets = list(zip(serving.binds, open_sockets(serving.binds), strict=True))
        stack.callback(close_sockets, sockets)
        app = assemble_serving(serving, proofs)
        stack.callback(app.extensions["assembler"].close)
        log_report(app.extensions["assembler"])
        return _serve_app(app, serving.settings, sockets)


def _serve_app(
    app: Flask, settings: dict[str, Any], sockets: list[tuple[Bind, socket.socket]]
) -> int:
    from gevent import joinall, spawn  # noqa: PLC0415 - patched by now
    from gevent.event import AsyncResult  # noqa: PLC0415 - as above

    from assembler.runners.connections import Connections  # noqa: PLC0415 - as above
    from assembler.runners.gevent_server import build_server  # noqa: PLC0415 - as above

    told: AsyncResult[int] = AsyncResult()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda caught, _frame: told.set(caught))
    connections = Connections()
    servers = [build_server(app, settings, listener, connections) for _, listener in sockets]
    for server in servers:
        server.start()
    is_tls = settings["certfile"] is not None
    addresses = ", ".join(render_address(*one, is_tls=is_tls) for one in sockets)
    write_error(f"serving at {addresses}")
    caught = None
    while caught is None:
        caught = told.wait(WAKE_SECONDS)
    # All of them stop accepting before any waits for its requests.
    for server in servers:
        server.close()
    connections.stop()
    joinall([spawn(server.stop) for server in servers])
    return STATUS_INTERRUPTED if caught == signal.SIGINT else 0
