"""Serve with Werkzeug's development server: with its debugger and a reloader where debug is on."""

from __future__ import annotations

import signal
import threading
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
    from collections.abc import Callable, Mapping
    from wsgiref.types import WSGIApplication

    from assembler.report import PatchProof
    from assembler.runners.connections import Connections
    from assembler.runners.loading import Serving
    from assembler.serving.bind import Bind

__all__ = ["assemble_debugged", "serve", "serve_sockets"]

STATUS_INTERRUPTED = 130
POLL_SECONDS = 0.1
# How long requests in flight may take when the server ends.
STOP_SECONDS = 30.0


def serve(serving: Serving) -> int:
    """Serve until told to end; with the reloader this process only watches over another.

    Raises:
        ProfileError: where the app cannot be assembled, or an address not be bound to.
    """
    if serving.use_reloader:
        from assembler.runners.reloader import supervise  # noqa: PLC0415 - not needed otherwise

        return supervise(serving.profile, serving.overrides)
    with ExitStack() as stack:
        stack.enter_context(leaving_on_sigterm())
        proofs = apply_plan_patches(serving.loaded)
        check_setting_files(serving)
        sockets = list(zip(serving.binds, open_sockets(serving.binds), strict=True))
        stack.callback(close_sockets, sockets)
        use_evalex = serving.settings["use_evalex"]
        app = assemble_debugged(serving, proofs, stack, use_evalex=use_evalex)
        return serve_sockets(app, serving.settings, sockets)


def assemble_debugged(
    serving: Serving, proofs: list[PatchProof], stack: ExitStack, *, use_evalex: bool
) -> WSGIApplication:
    """Assemble the app, inside Werkzeug's debugger where debug is on; ``stack`` closes it."""
    app = assemble_serving(serving, proofs)
    stack.callback(app.extensions["assembler"].close)
    log_report(app.extensions["assembler"])
    if not app.debug:
        return app
    from werkzeug.debug import DebuggedApplication  # noqa: PLC0415 - after patching

    debugged = DebuggedApplication(app, evalex=use_evalex)
    debugged.trusted_hosts += [bind.host for bind in serving.binds if bind.path is None]
    return debugged


def serve_sockets(
    app: WSGIApplication,
    settings: Mapping[str, Any],
    sockets: list[tuple[Bind, socket.socket]],
    find_restart: Callable[[], int | None] = lambda: None,
) -> int:
    """Serve until a signal, or until ``find_restart`` gives an exit status.

    Requests in flight finish first.

    Args:
        app: What answers.
        settings: The dumped `assembler.serving.settings.WerkzeugSettings`.
        sockets: Where to listen, with the addresses as they are written.
        find_restart: Asked every now and then.
    """
    from assembler.runners.connections import Connections  # noqa: PLC0415 - after patching
    from assembler.runners.development import build_server  # noqa: PLC0415 - after patching

    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, lambda caught, _frame: told.append(caught))
    connections = Connections()
    servers = [build_server(app, settings, bind, opened, connections) for bind, opened in sockets]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
    is_tls = settings["ssl_context"] is not None
    addresses = ", ".join(render_address(*one, is_tls=is_tls) for one in sockets)
    write_error(f"serving at {addresses}; this server is for development only")
    pause = threading.Event()
    status = None
    while not told and status is None:
        pause.wait(POLL_SECONDS)
        status = find_restart()
    for server in servers:
        server.shutdown()
    connections.stop()
    _wait_for_requests(connections, told)
    if status is not None:
        return status
    return STATUS_INTERRUPTED if signal.SIGINT in told else 0


def _wait_for_requests(connections: Connections, told: list[int]) -> None:
    """Let requests in flight finish, within a limit; a second signal ends the wait."""
    told_before = len(told)
    waited_seconds = 0.0
    while waited_seconds < STOP_SECONDS and len(told) == told_before:
        if connections.wait_until_answered(POLL_SECONDS):
            return
        waited_seconds += POLL_SECONDS
