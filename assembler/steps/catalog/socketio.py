"""Talk to browsers in both directions, with python-socketio."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, model_validator

from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep, FrozenOptions, ReferredCallable, ReferredObject
from assembler.steps.own_instance import get_instance
from assembler.steps.own_routes import UrlPath

if TYPE_CHECKING:
    from socketio import Server

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "SocketioOptions"]

# Options of the server that the step makes, by the names that python-socketio has for them.
SETTINGS = {
    "transports": "transports",
    "cors_allowed_origins": "cors_allowed_origins",
    "ping_interval_seconds": "ping_interval",
    "ping_timeout_seconds": "ping_timeout",
    "max_message_bytes": "max_http_buffer_size",
}
EXTENSION = "socketio"


class SocketioOptions(FrozenOptions):
    """The server, what answers, and how workers reach each other's clients."""

    server: ReferredObject = Field(
        None,
        description="The project's own socketio.Server, as {$import: …}, made with "
        "`async_mode='threading'`; default: a new one for each app.",
    )
    handlers: list[ReferredCallable] = Field(
        [],
        description="Callables, as {$import: …}, that are given the server and the app, and "
        "register what answers.",
    )
    transports: list[Literal["websocket", "polling"]] | None = Field(
        None,
        min_length=1,
        description="How clients may connect. With more than one worker only websocket works, "
        "which clients must then be told as well. Default: both.",
    )
    message_queue: str | None = Field(
        None,
        repr=False,
        description="The URL of a Redis by which workers, and other processes, reach each other's "
        "clients; default: each worker reaches its own only.",
    )
    channel: str = Field(
        "socketio", min_length=1, description="The channel of Redis; each app needs its own."
    )
    path: UrlPath = Field("/socket.io", description="The path at which clients connect.")
    cors_allowed_origins: str | list[str] | None = Field(
        None,
        description='Origins whose pages may connect, or "*"; default: the app\'s own alone.',
    )
    ping_interval_seconds: float | None = Field(
        None, gt=0, description="How often a client is asked whether it is there; default: 25."
    )
    ping_timeout_seconds: float | None = Field(
        None, gt=0, description="How long it has to answer; default: 20."
    )
    max_message_bytes: int | None = Field(
        None, gt=0, description="The longest message that a client may send; default: 1000000."
    )

    @model_validator(mode="after")
    def _check_server(self) -> SocketioOptions:
        given = [name for name in (*SETTINGS, "message_queue") if getattr(self, name) is not None]
        if self.server is not None and given:
            message = f"expected no `{given[0]}` beside `server`, which has its own"
            raise ValueError(message)
        return self


def apply_socketio(context: StepContext, options: SocketioOptions) -> Server:
    """Make the server, and put it before everything that wraps the app.

    It runs in threads, which are greenlets in a process that gevent has patched; so it never
    chooses gevent-websocket, which answers 500 under gunicorn's own worker. It starts none, and
    connects to nothing, before there is a client or a message.
    """
    from socketio import WSGIApp

    app, server = context.app, _get_server(options)
    for handle in options.handlers:
        handle(server, app)

    def wrap(_report: object) -> None:
        app.wsgi_app = WSGIApp(server, app.wsgi_app, socketio_path=options.path)  # type: ignore[method-assign]  # as Flask documents it

    context.on_assembled(wrap)
    context.on_ending(partial(_disconnect, server))
    context.on_close(server.shutdown)
    app.extensions[EXTENSION] = server
    return server


def _disconnect(server: Server) -> None:
    """Close every connection, so that its client goes to another worker; wait for none."""
    for client in list(server.eio.sockets.values()):
        client.close(wait=False, reason=server.reason.SERVER_DISCONNECT)


def _get_server(options: SocketioOptions) -> Server:
    from socketio import RedisManager, Server

    if options.server is not None:
        return _check_own(options.server)
    settings: dict[str, Any] = {
        name: getattr(options, option)
        for option, name in SETTINGS.items()
        if getattr(options, option) is not None
    }
    if options.message_queue is not None:
        settings["client_manager"] = RedisManager(options.message_queue, channel=options.channel)
    return Server(async_mode="threading", **settings)


def _check_own(given: object) -> Server:
    from socketio import Server

    server = get_instance(given, Server, "server")
    if server.async_mode != "threading":
        message = f"the server's async_mode is '{server.async_mode}', expected 'threading'"
        hint = "Write `async_mode='threading'` where it is made: its threads are gevent's."
        raise StepFault(message, hint=hint, option=("server",))
    return server


STEP = CatalogStep(
    name="socketio",
    summary="Talk to browsers in both directions, through python-socketio.",
    options=SocketioOptions,
    apply=apply_socketio,
    packages=("socketio", "simple_websocket"),
    extra="socketio",
    group="requests",
    once=True,
)
