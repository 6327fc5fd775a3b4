"""Reload gevent's own server, as a real process; more is in `test_reloading`."""

from __future__ import annotations

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.support.edited import OWN, STEPS, Edited, start_edited
from tests.support.processes import RunningProcess, wait_until
from tests.support.projects import write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

pytestmark = pytest.mark.prepared

# What answers each line with itself, on a connection that is no longer HTTP's.
ECHO = """

def echo(app):
    rest = app.wsgi_app

    def answer(environ, start_response):
        if environ["PATH_INFO"] != "/echo":
            return rest(environ, start_response)
        headers = [("Connection", "Upgrade"), ("Upgrade", "echo")]
        start_response("101 Switching Protocols", headers)
        return iter(environ["wsgi.input"].readline, b"end\\n")

    app.wsgi_app = answer
"""
# What keeps the worker from hearing its master until a file is there.
BLOCK = """

def block(app):
    from gevent.monkey import get_original
    sleep = get_original("time", "sleep")

    @app.get("/block")
    def block():
        open("blocked", "w").close()
        while not os.path.exists("go-on"):
            sleep(0.05)
        return "at last"
"""
REQUEST = b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n"


@pytest.fixture
def shop(process: StartProcess, tmp_path: Path, runtime_folder: Path) -> Edited:
    """Return a server with one worker."""
    return start_edited(process, tmp_path, runtime_folder, "[gevent]", OWN)


def test_there_is_one_worker_below_the_process_that_was_started(shop: Edited) -> None:
    """The status knows it."""
    (worker,) = shop.get_status()["workers"]

    assert worker["pid"] != shop.served.process.pid
    assert worker["is_ready"]
    wait_until(lambda: shop.get_status()["workers"][0]["requests"] > 0, "requests")


def test_a_refused_edit_leaves_the_worker_alone(shop: Edited) -> None:
    """Each kind is told; the connection of a client stays open."""
    pids = shop.get_pids()
    for step, reason in (
        ("'steps:fail'", "it is broken"),
        ("'steps:fail_in_workers'", "it is broken"),
        ("'steps:refuse'", "GET / answered 500"),
        ("databse", "no extension is called 'databse'"),
    ):
        shop.edit("two", step)
        result = shop.ask("reload")
        assert result.returncode == 1, step
        assert reason in result.stderr, step
        assert shop.served.get("/").text == "one", step
    replace(shop, server="use: gunicorn").edit("two")
    assert "a reload cannot change the server from gevent to gunicorn" in shop.ask("reload").stderr
    wait_until(lambda: shop.get_pids() == pids, "the same worker")


def test_an_upgraded_connection_outlasts_the_switch(shop: Edited) -> None:
    """It stays with the old worker, as a websocket does, and ends it."""
    write_files(shop.folder, {"steps.py": STEPS + ECHO})
    shop.edit("two", "'steps:echo'")
    shop.change("reload")
    old = get_pid(shop)
    address = ("127.0.0.1", int(shop.binds[0].rpartition(":")[2]))
    with socket.create_connection(address, timeout=60) as client, client.makefile("rb") as answers:
        client.sendall(REQUEST + b"one\n")
        first = answers.readline()
        assert b"101" in first
        while answers.readline().strip():
            pass
        assert answers.readline() == b"one\n"

        shop.edit("three", "'steps:echo'")
        shop.change("reload")
        shop.wait_for_text("three")
        client.sendall(b"two\n")
        assert answers.readline() == b"two\n"
        (ending,) = [one for one in shop.get_status()["workers"] if one["pid"] == old]
        assert not ending["is_ready"]
        client.sendall(b"end\n")
        assert answers.read() == b""
    wait_until(lambda: old not in shop.get_pids(), "end of the old worker")


def test_a_server_ends_while_an_old_worker_is_still_to_stop_accepting(shop: Edited) -> None:
    """Whoever asked for the reload is not answered yet: that is decided once."""
    write_files(shop.folder, {"steps.py": STEPS + BLOCK})
    shop.edit("two", "'steps:block'")
    shop.change("reload")
    server = shop.served.process
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(shop.served.get, "/block")
        wait_until((shop.folder / "blocked").exists, "a worker that blocks")
        shop.edit("three", more=", drain_seconds: 1")
        os.kill(server.pid, signal.SIGHUP)
        server.wait_for_line("generation 3 serves")
        os.kill(server.pid, signal.SIGTERM)
        server.wait_for_line("draining for 1 s")
        (shop.folder / "go-on").touch()
        assert answer.result().text == "at last"
    assert server.wait() == 0
    assert "Error" not in server.stderr


def get_pid(shop: Edited) -> int:
    """Return the pid of the worker that serves."""
    status = shop.get_status()
    (pid,) = [w["pid"] for w in status["workers"] if w["generation"] == status["generation"]]
    return int(pid)


def test_edits_are_watched_and_a_broken_start_is_rescued(
    shop: Edited, process: StartProcess
) -> None:
    """As under gunicorn."""
    wait_until(lambda: [*(shop.folder / "instance").glob("last-good-*.json")], "last good profile")
    assert shop.served.process.terminate() == 0
    shop.edit("two", "'steps:fail'")

    rescued = start_again(process, shop, "--rescue", "--watch")
    rescued.wait_for_http(f"{shop.served.url}/")
    assert shop.served.get("/").text == "one"
    assert [one["name"] for one in shop.get_status()["degraded"]] == ["rescue"]

    shop.edit("three")
    shop.wait_for_text("three")
    assert shop.get_status()["degraded"] == []


def start_again(process: StartProcess, shop: Edited, *args: str) -> RunningProcess:
    """Start the server anew."""
    command = ["-m", "assembler", "run", "profile.yaml", *args]
    return process(command, shop.folder, {**shop.env, "PYTHONDONTWRITEBYTECODE": "1"})


def test_a_killed_worker_is_replaced(shop: Edited) -> None:
    """By the master."""
    old = get_pid(shop)
    os.kill(old, signal.SIGKILL)

    wait_until(lambda: old not in shop.get_pids() and shop.get_status()["workers"], "new worker")
    shop.wait_for_text("one")
