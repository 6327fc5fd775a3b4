"""The catalogue step `socketio`: raw Engine.IO, as a browser speaks it."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from redis import Redis
from socketio import Server
from websocket import create_connection

from assembler.steps.catalog.socketio import SocketioOptions
from tests.support.edited import PATCHES, start_edited
from tests.support.processes import http_get, wait_until
from tests.support.projects import assemble_text, get_diagnostics, write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

PROJECT = {
    "sockets.py": """
import os
from socketio import Server
from websocket import create_connection

own = Server(async_mode="threading", cors_allowed_origins="*")
of_asgi = Server(async_mode="gevent")

def register(server, app):
    @server.event
    def say(sid, word):
        server.emit("heard", [word, os.getpid()])
        return app.name

def add_route(app):
    @app.get("/tell/<word>")
    def tell(word):
        app.extensions["socketio"].emit("heard", [word, os.getpid()])
        return "told"
"""
}
HANDLERS = 'handlers: [{$import: "sockets:register"}]'
QUERY = "EIO=4&transport="
WAIT_SECONDS = 30


class Browser:
    """A client over WebSocket alone."""

    def __init__(self, url: str, path: str = "/socket.io") -> None:
        """Connect, and wait until the server agrees."""
        url = f"{url.replace('http', 'ws', 1)}{path}/?{QUERY}websocket"
        self.socket: Any = create_connection(url, timeout=WAIT_SECONDS)
        assert self.receive().startswith("0")
        self.socket.send("40")
        assert self.receive().startswith("40")

    def receive(self) -> str:
        """Return the next packet, which no ping comes before."""
        return str(self.socket.recv())

    def receive_event(self) -> Any:  # noqa: ANN401 - JSON
        """Return what the next event brings."""
        name, value = json.loads(self.receive().removeprefix("42"))
        assert name == "heard"
        return value


@pytest.mark.prepared
@pytest.mark.parametrize("worker_class", ["gthread", "gevent"])
def test_two_workers_reach_each_other_s_clients(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer, worker_class: str
) -> None:
    """Over WebSocket alone, without sticky sessions; gevent-websocket is not in the way."""
    patches = "patches: [gevent]\n" if worker_class == "gevent" else ""
    # Neither worker takes all six.
    settings = f"worker_connections: 5{'' if patches else ', threads: 5'}, graceful_timeout: 1"
    text = f"""{patches}extensions:
  - use: socketio
    with:
      transports: [websocket]
      message_queue: {redis_server.url}
      ping_interval_seconds: 300
      {HANDLERS}
  - sockets:add_route
  - tests.runner_app:add_routes
server: {{use: gunicorn, workers: 2, with: {{{settings}}}}}
"""
    write_files(tmp_path, PROJECT)
    served = Served.start(process, tmp_path, text)
    with ExitStack() as stack:
        browsers = [Browser(served.url) for _ in range(6)]
        for browser in browsers:
            stack.callback(browser.socket.close)
        # A message is lost for a worker that does not listen yet.
        with Redis.from_url(redis_server.url) as redis:
            wait_until(lambda: redis.pubsub_numsub("socketio")[0][1] == 2, "both workers")
        pids = set()
        for browser in browsers:
            browser.socket.send('42["say","hello"]')
            (heard,) = {tuple(one.receive_event()) for one in browsers}
            assert heard[0] == "hello"
            pids.add(heard[1])
        assert len(pids) == 2
        assert served.get("/tell/all").text == "told"
        assert [browser.receive_event()[0] for browser in browsers] == ["all"] * len(browsers)
    assert http_get(f"{served.url}/socket.io/?{QUERY}polling").status == 400


@pytest.mark.parametrize("kind", PATCHES)
def test_a_reload_lets_clients_connect_again(
    process: StartProcess, tmp_path: Path, runtime_folder: Path, kind: str
) -> None:
    """The former worker closes theirs as soon as it is to end, and waits for none of them."""
    write_files(tmp_path, PROJECT)
    step = f"{{use: socketio, with: {{transports: [websocket], {HANDLERS}}}}}"
    edited = start_edited(process, tmp_path, runtime_folder, PATCHES[kind], "workers: 1")
    edited.edit("two", step)
    edited.change("reload")
    pids = []
    for text in ("three", "four"):
        browser = Browser(edited.served.url)
        browser.socket.send('42["say","hello"]')
        pids.append(browser.receive_event()[1])
        edited.edit(text, step)
        edited.change("reload")
        assert [browser.receive() for _ in range(2)] == ["1", ""]  # the end, by both protocols
        browser.socket.shutdown()
    assert pids[0] != pids[1]
    assert "Traceback" not in edited.served.process.stderr


def test_one_worker_may_poll(tmp_path: Path) -> None:
    """The app's own routes are where they were, and an answer has its acknowledgement."""
    text = f"extensions:\n  - use: socketio\n    with: {{{HANDLERS}}}\n  - sockets:add_route\n"
    app = assemble_text(tmp_path, text, PROJECT)
    client = app.test_client()
    url = f"/socket.io/?{QUERY}polling"
    opened = json.loads(client.get(url).text.removeprefix("0"))
    url += f"&sid={opened['sid']}"

    assert client.post(url, data="40").text == "OK"
    assert client.get(url).text.startswith("40")
    assert client.post(url, data='420["say","hello"]').text == "OK"
    packets = client.get(url).text.split("\x1e")
    while len(packets) < 2:
        packets += client.get(url).text.split("\x1e")
    assert '430["project"]' in packets
    assert client.get("/tell/you").text == "told"
    assert json.loads(client.get(url).text.removeprefix("42"))[1][0] == "you"
    app.extensions["assembler"].close()


def test_it_comes_before_everything_that_wraps_the_app(tmp_path: Path) -> None:
    """Wherever it is written."""
    text = f"extensions:\n  - use: socketio\n    with: {{{HANDLERS}, path: /live}}\n  - proxy_fix\n"
    app = assemble_text(tmp_path, text, PROJECT)

    assert type(app.wsgi_app).__module__ == "socketio.middleware"
    assert app.test_client().get(f"/live/?{QUERY}polling").status_code == 200
    assert app.test_client().get(f"/socket.io/?{QUERY}polling").status_code == 404
    app.extensions["assembler"].close()


def test_the_project_s_own_server_is_taken(tmp_path: Path) -> None:
    """If it runs in threads, which are gevent's in a patched process."""
    text = 'extensions: [{use: socketio, with: {server: {$import: "sockets:own"}}}]\n'
    app = assemble_text(tmp_path, text, PROJECT)
    assert isinstance(app.extensions["socketio"], Server)

    (found,) = get_diagnostics(tmp_path, text.replace(":own", ":of_asgi"), PROJECT)
    assert found.message == "the server's async_mode is 'gevent', expected 'threading'"
    (found,) = get_diagnostics(tmp_path, text.replace(":own", ":register"), PROJECT)
    assert "expected an instance of socketio.Server, got function" in found.message


@pytest.mark.parametrize(
    "options",
    [
        {"server": object(), "transports": ["websocket"]},
        {"server": object(), "message_queue": "redis://localhost"},
        {"transports": ["webtransport"]},
        {"transports": []},
        {"path": "socket.io"},
        {"ping_timeout_seconds": 0},
    ],
)
def test_wrong_options_are_refused(options: dict[str, object]) -> None:
    """When the profile is linted."""
    with pytest.raises(ValidationError):
        SocketioOptions.model_validate(options)
