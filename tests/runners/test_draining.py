"""End a server that first tells that it is about to end."""

from __future__ import annotations

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli, wait_until
from tests.support.served import Served

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

    from tests.conftest import StartProcess

pytestmark = pytest.mark.prepared

PROFILE = """\
patches: {patches}
extensions: [health, "tests.runner_app:add_routes"]
server: {{use: {use}, drain_seconds: {seconds}}}
"""
LONG = 600


def start(
    process: StartProcess, folder: Path, patches: str, seconds: float, use: str = "gunicorn"
) -> Served:
    """Start a server, and wait until it is ready."""
    text = PROFILE.format(patches=patches, seconds=seconds, use=use)
    args = ("--workers", "2") if use == "gunicorn" else ()
    served = Served.start(process, folder, text, args)
    assert served.get("/health/ready").status == 200
    return served


def begin_draining(served: Served) -> None:
    """Tell it to end, and wait until each of its workers knows."""
    os.kill(served.process.pid, signal.SIGTERM)
    wait_until(lambda: is_draining(served, 10), "draining")


def is_draining(served: Served, times: int) -> bool:
    """Return whether each of several answers says so."""
    answers = [served.get("/health/ready") for _ in range(times)]
    return {(one.status, one.json()["status"]) for one in answers} == {(503, "draining")}


@pytest.mark.parametrize("patches", ["[gevent]", "[]"])
def test_readiness_ends_first_and_then_what_is_in_flight(
    patches: str, process: StartProcess, tmp_path: Path
) -> None:
    """Requests that come meanwhile are answered, and one that outlasts the time as well."""
    served = start(process, tmp_path, patches, 3)
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(served.get, "/slow/5.0")
        served.wait_for_log("request")
        begin_draining(served)
        answer = served.get("/")
        live = served.get("/health/live")
        status = served.process.wait()

    assert (answer.status, live.status) == (200, 200)
    assert answer.headers["connection"] == "close"
    assert slow.result().status == 200
    assert status == 0


@pytest.mark.parametrize(
    ("number", "expected", "patches"),
    [
        (signal.SIGTERM, 0, "[gevent]"),
        (signal.SIGINT, 130, "[]"),
        (signal.SIGQUIT, 0, "[]"),
    ],
)
def test_a_second_signal_ends_it_at_once(
    number: signal.Signals, expected: int, patches: str, process: StartProcess, tmp_path: Path
) -> None:
    """Whichever it is."""
    served = start(process, tmp_path, patches, LONG)
    begin_draining(served)

    assert served.process.terminate(number) == expected


@pytest.mark.parametrize(("number", "expected"), [(signal.SIGINT, 130), (signal.SIGQUIT, 0)])
def test_other_signals_do_not_drain(
    number: signal.Signals, expected: int, process: StartProcess, tmp_path: Path
) -> None:
    """Somebody waits at a terminal."""
    served = start(process, tmp_path, "[]", LONG)

    assert served.process.terminate(number) == expected


@pytest.mark.parametrize(("number", "expected"), [(None, 0), (signal.SIGINT, 130)])
def test_gevents_own_server_drains_as_well(
    number: signal.Signals | None, expected: int, process: StartProcess, tmp_path: Path
) -> None:
    """Until the time is over, or a second signal comes."""
    seconds = 3 if number is None else LONG
    served = start(process, tmp_path, "[gevent]", seconds, use="gevent")
    begin_draining(served)

    assert served.get("/").status == 200
    ended = served.process.wait() if number is None else served.process.terminate(number)
    assert ended == expected


def test_a_server_that_drains_takes_no_edit_and_keeps_its_workers(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """A worker in the place of one that has crashed drains from its first answer on."""
    served = start(process, tmp_path, "[]", LONG)
    served.wait_for_reports(2)
    begin_draining(served)
    result = ask(served, runtime_folder, "reload")

    assert result.returncode == 1
    assert "the server is about to end" in result.stderr

    status = json.loads(ask(served, runtime_folder, "status", "--output-format=json").stdout)
    for worker in status[0]["workers"]:
        os.kill(worker["pid"], signal.SIGKILL)
    served.wait_for_reports(4)
    assert is_draining(served, 10)


def ask(served: Served, runtime_folder: Path, *args: str) -> CompletedProcess[str]:
    """Run a command that asks the server."""
    command, *rest = args
    env = {"XDG_RUNTIME_DIR": str(runtime_folder)}
    return run_cli(["-m", "assembler", command, "profile.yaml", *rest], served.log.parent, env)
