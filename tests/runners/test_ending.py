"""End a server while clients connect: whoever got a connection gets an answer."""

from __future__ import annotations

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING
from urllib.error import URLError

import psutil
import pytest

from tests.support.edited import OWN, PATCHES, Edited, start_edited
from tests.support.processes import http_get, wait_until
from tests.support.projects import write_files
from tests.support.served import Served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

HOLDING = """\
import os
import pathlib
import time

try:
    from gevent.monkey import get_original
    block = get_original("time", "sleep")
except ImportError:
    block = time.sleep


def install(app):
    @app.get("/<way>")
    def hold(way):
        pathlib.Path(f"held-{os.getpid()}").touch()
        while not os.path.exists("go"):
            (block if way == "block" else time.sleep)(0.01)
        return "held"
"""
STEP = "holding:install"
CLIENTS = 8


@pytest.fixture
def edited(
    request: pytest.FixtureRequest, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> Edited:
    """Return a server of gunicorn with two workers, or gevent's own with one."""
    write_files(tmp_path, {"holding.py": HOLDING})
    is_own = request.param == "own"
    patches = PATCHES["gevent" if is_own else request.param]
    server = OWN if is_own else "workers: 2"
    return start_edited(process, tmp_path, runtime_folder, patches, server, step=STEP)


@pytest.mark.parametrize("edited", [*PATCHES, "own"], indirect=True)
def test_whoever_connects_while_it_ends_is_answered_or_refused(edited: Edited) -> None:
    """As soon as no worker accepts any more, although one still has a request in flight."""
    url = edited.served.url
    with ThreadPoolExecutor() as pool:
        held = pool.submit(http_get, f"{url}/hold")
        wait_until(partial(has_held, edited.folder, 1), "request")
        os.kill(edited.served.process.pid, signal.SIGTERM)
        answers = [*get_until_refused(f"{url}/")]
        (edited.folder / "go").touch()

    assert set(answers) <= {200}
    assert held.result().text == "held"
    assert edited.served.process.wait() == 0


@pytest.mark.parametrize("edited", ["gevent", "own"], indirect=True)
def test_whoever_waits_to_be_accepted_is_answered(edited: Edited) -> None:
    """All workers are too busy to accept until they end."""
    master = psutil.Process(edited.served.process.pid)
    host, port = edited.served.url.removeprefix("http://").split(":")
    workers = edited.get_pids()
    with ThreadPoolExecutor() as pool:
        for count in range(1, len(workers) + 1):
            pool.submit(http_get, f"{edited.served.url}/block")
            wait_until(partial(has_held, edited.folder, count), "request")
        clients = [socket.create_connection((host, int(port))) for _ in range(CLIENTS)]
        for client in clients:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        os.kill(master.pid, signal.SIGTERM)
        wait_until(lambda: not listens(master), "end")
        (edited.folder / "go").touch()
        answers = [client.makefile("rb").readline() for client in clients]
        for client in clients:
            client.close()

    assert answers == [b"HTTP/1.1 200 OK\r\n"] * CLIENTS
    assert edited.served.process.wait() == 0


@pytest.mark.parametrize("edited", [*PATCHES, "own"], indirect=True)
def test_whoever_connected_before_it_ends_may_still_ask(edited: Edited) -> None:
    """A client that is slower than the signal; one that stays silent does not keep the server."""
    ask_after_the_end(edited.served)


def test_whoever_connected_before_werkzeug_ends_may_still_ask(
    process: StartProcess, tmp_path: Path
) -> None:
    """In the same way."""
    ask_after_the_end(Served.start(process, tmp_path, "server: {use: werkzeug}"))


def ask_after_the_end(served: Served) -> None:
    """Connect twice, end the server, and only then send a request on the first."""
    server = psutil.Process(served.process.pid)
    host, port = served.url.removeprefix("http://").split(":")
    with (
        socket.create_connection((host, int(port))) as client,
        socket.create_connection((host, int(port))) as silent,
    ):
        wait_until(partial(has_accepted, server, 2), "connection")
        os.kill(server.pid, signal.SIGTERM)
        wait_until(lambda: not listens(server), "end")
        client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = client.makefile("rb").readline()
        last_word = silent.makefile("rb").readline()

    assert answer.split()[1] == b"200"
    assert last_word == b""
    assert served.process.wait() == 0


def get_until_refused(url: str) -> Iterator[int]:
    """Request it again and again; yield the statuses until nobody accepts."""
    while True:
        try:
            yield http_get(url).status
        except URLError as error:
            if isinstance(error.reason, ConnectionRefusedError):
                return
            raise


def has_held(folder: Path, count: int) -> bool:
    """Return whether so many workers have a request that waits."""
    return len([*folder.glob("held-*")]) == count


def has_accepted(server: psutil.Process, count: int) -> bool:
    """Return whether a server's processes have so many connections."""
    connections = [
        one
        for process in (server, *server.children(recursive=True))
        for one in process.net_connections("tcp")
    ]
    return sum(one.status == psutil.CONN_ESTABLISHED for one in connections) == count


def listens(process: psutil.Process) -> bool:
    """Return whether a process has an address at which others can connect."""
    connections = process.net_connections("tcp")
    return any(one.status == psutil.CONN_LISTEN for one in connections)
