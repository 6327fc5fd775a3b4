"""Tell systemd what becomes of a service; the socket is the test's own."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from assembler.runners.service_manager import ServiceManager
from tests.support.inbox import Inbox
from tests.support.processes import run_cli
from tests.support.projects import write_files
from tests.support.served import Served, write_profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

pytestmark = pytest.mark.prepared

STEPS = """\
import time
from pathlib import Path


def wait(app, path):
    while not Path(path).exists():
        time.sleep(0.05)


def fail(app):
    raise RuntimeError("it is broken")
"""
PROFILE = """\
extensions:
  - tests.runner_app:add_routes
  - {{use: "steps:wait", with: {{path: go}}}}
{more}server: {{workers: 2, probation: {{seconds: 0}}}}
"""


@pytest.fixture
def inbox(runtime_folder: Path) -> Iterator[Inbox]:
    """Return the socket."""
    made = Inbox(runtime_folder)
    with closing(made.socket):
        yield made
    made.path.unlink()


def start(process: StartProcess, folder: Path, inbox: Inbox, **env: str) -> Served:
    """Start a server whose workers wait for a file."""
    write_files(folder, {"steps.py": STEPS})
    env = {"NOTIFY_SOCKET": str(inbox.path), **env}
    return Served.start_unready(process, folder, PROFILE.format(more=""), (), env)


def test_the_main_process_tells_of_start_reloads_and_end(
    process: StartProcess, tmp_path: Path, runtime_folder: Path, inbox: Inbox
) -> None:
    """It has started when its workers have; a reload is over when it is refused, too."""
    served = start(process, tmp_path, inbox)
    served.process.wait_for_line("Booting worker")
    assert inbox.is_empty()
    write_files(tmp_path, {"go": ""})
    assert inbox.receive() == ["READY=1"]

    for more, expected in (("  - steps:fail\n", 1), ("", 0)):
        write_profile(tmp_path, PROFILE.format(more=more))
        before = time.monotonic_ns() // 1000
        assert reload(tmp_path, runtime_folder) == expected
        reloading, since = inbox.receive()
        assert reloading == "RELOADING=1"
        assert before <= int(since.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000
        assert inbox.receive() == ["READY=1"]

    assert served.process.terminate() == 0
    assert inbox.receive() == ["STOPPING=1"]
    assert inbox.is_empty()
    assert inbox.senders <= {served.process.pid}


def reload(folder: Path, runtime_folder: Path) -> int:
    """Ask for a reload, and return the exit status."""
    env = {"XDG_RUNTIME_DIR": str(runtime_folder)}
    return run_cli(["-m", "assembler", "reload", "profile.yaml"], folder, env).returncode


def test_the_watchdog_is_told_while_a_worker_answers(
    process: StartProcess, tmp_path: Path, inbox: Inbox
) -> None:
    """Not by a master whose workers hang; again when they go on."""
    write_files(tmp_path, {"go": ""})
    served = start(process, tmp_path, inbox, WATCHDOG_USEC="2000000")
    assert inbox.receive() == ["READY=1"]
    assert inbox.receive() == ["WATCHDOG=1"]
    reports = served.wait_for_reports(2)
    pids = {pid for report in reports for pid in report["pids"]}

    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    while not inbox.is_empty(5):
        pass
    for pid in pids:
        os.kill(pid, signal.SIGCONT)

    assert inbox.receive() == ["WATCHDOG=1"]


def test_gevents_own_server_tells_as_well(
    process: StartProcess, tmp_path: Path, inbox: Inbox
) -> None:
    """As gunicorn does."""
    env = {"NOTIFY_SOCKET": str(inbox.path), "WATCHDOG_USEC": "1000000"}
    server = "patches: [gevent]\nserver: {use: gevent}\n"
    served = Served.start_unready(process, tmp_path, server, (), env)

    assert inbox.receive() == ["READY=1"]
    assert inbox.receive() == inbox.receive() == ["WATCHDOG=1"]
    assert served.process.terminate() == 0
    while (told := inbox.receive()) == ["WATCHDOG=1"]:
        pass
    assert told == ["STOPPING=1"]
    assert inbox.senders <= {served.process.pid}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="such an address is Linux's own")
def test_an_address_may_be_no_file() -> None:
    """It begins with an at sign."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(f"\0assembler-{os.getpid()}")
        ServiceManager({"NOTIFY_SOCKET": f"@assembler-{os.getpid()}"}).note_ready()
        receiver.settimeout(5)

        assert receiver.recv(100) == b"READY=1"


@pytest.mark.parametrize(
    "more",
    [
        {"WATCHDOG_PID": "1"},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"GUNICORN_PID": "1"},
        {"NOTIFY_SOCKET": "vsock:2:1234"},
    ],
)
def test_a_watchdog_that_is_not_for_this_process_is_not_told(more: dict[str, str]) -> None:
    """It is that of another process, or none."""
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "2000000", **more}

    assert ServiceManager(environ).watchdog_seconds == 0


def test_nobody_listens(tmp_path: Path) -> None:
    """The server goes on."""
    service = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "nobody")})

    service.note_ready()
    service.note_stopping()
