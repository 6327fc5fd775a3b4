"""`assembler run` with gevent's own server, as real processes."""

from __future__ import annotations

import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli
from tests.support.served import RESOURCES, Served, end_while_it_answers, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

SERVER = "patches: [gevent]\nserver: {use: gevent}\n"


def test_the_process_is_patched_and_says_so(process: StartProcess, tmp_path: Path) -> None:
    """The report names this server, and the proof of the patch."""
    served = Served.start(process, tmp_path, SERVER)

    told = served.get("/process").json()
    assert (told["patched"], told["debug"]) == (True, False)
    (report,) = served.wait_for_reports(1)
    assert report["runner"] == "assembler run (gevent)"
    assert report["pids"] == [told["pid"]]
    assert [patch["name"] for patch in report["patches"]] == ["gevent"]


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGTERM, 0), pytest.param(signal.SIGINT, 130, marks=pytest.mark.prepared)],
)
def test_a_request_in_flight_finishes_and_resources_close_in_reverse(
    number: signal.Signals, status: int, process: StartProcess, tmp_path: Path
) -> None:
    """A connection that only waits does not hold up the end."""
    served = Served.start(process, tmp_path, f"{RESOURCES}{SERVER}")

    # Its limit for requests in flight is 30 s.
    ended = end_while_it_answers(served, number, timeout_seconds=10)

    assert ended == (status, "well")
    assert served.read_log() == ["open a", "open b", "request", "close b", "close a"]


@pytest.mark.prepared
def test_a_request_past_the_limit_is_given_up(process: StartProcess, tmp_path: Path) -> None:
    """The limit is the server's own setting ``stop_timeout``."""
    server = "patches: [gevent]\nserver: {use: gevent, with: {stop_timeout: 0.2}}\n"
    served = Served.start(process, tmp_path, f"{RESOURCES}{server}")

    with ThreadPoolExecutor() as pool:
        answer = pool.submit(served.get, "/slow/30.0")
        served.wait_for_log("request")
        assert served.process.terminate(timeout_seconds=10) == 0

    assert answer.result().status == 500
    assert served.read_log()[-2:] == ["close b", "close a"]


@pytest.mark.prepared
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_while_assembling_ends_at_once_and_cleanly(
    number: signal.Signals, status: int, process: StartProcess, tmp_path: Path
) -> None:
    """What was opened until then is closed, and there is no traceback."""
    text = f"{RESOURCES}  - tests.runner_app:wait_for_ever\n{SERVER}"
    served = Served.start_unready(process, tmp_path, text)
    served.wait_for_log("waiting")

    assert served.process.terminate(number, timeout_seconds=10) == status
    assert served.read_log()[-2:] == ["close b", "close a"]
    assert "Traceback" not in served.process.stderr


def test_what_fails_is_one_diagnostic(tmp_path: Path) -> None:
    """And the address is free again."""
    write_profile(tmp_path, f"extensions: [tests.runner_app:fail]\n{SERVER}")

    done = run_cli(
        ["-m", "assembler", "run", "profile.yaml", "--bind", "127.0.0.1:0"],
        tmp_path,
        {"RUNNER_LOG": str(tmp_path / "log")},
    )

    assert done.returncode == 1
    assert done.stderr.count("error[") == 1
    assert "ASM506" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_address_in_use_is_said_before_anything_is_opened(tmp_path: Path) -> None:
    """No step has run then."""
    log = tmp_path / "log"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        write_profile(tmp_path, f"{RESOURCES}{SERVER}")

        done = run_cli(
            ["-m", "assembler", "run", "profile.yaml", "--bind", f"127.0.0.1:{port}"],
            tmp_path,
            {"RUNNER_LOG": str(log)},
        )

    assert done.returncode == 1
    assert done.stderr.startswith("--bind:1:1: error[ASM414]")
    assert not log.exists()
