"""`assembler run` with Werkzeug's development server, as real processes."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.forking import find_fork
from tests.support.processes import WAIT_SECONDS, free_port, http_get, run_cli, wait_until
from tests.support.served import (
    RESOURCES,
    Served,
    end_while_it_answers,
    find_reports,
    write_profile,
)

if TYPE_CHECKING:
    from tests.conftest import StartProcess
    from tests.support.processes import Answer

DEBUG = "debug: true\nserver: {with: {reloader_interval: 0.1}}\n"
EDITED = """
def init(app):
    app.add_url_rule("/", "index", lambda: app.config["GREETING"] + {!r})
"""
PLAIN = "server: {use: werkzeug}\n"
EACH_END = pytest.mark.parametrize(
    ("text", "number", "status"),
    [
        pytest.param(PLAIN, signal.SIGTERM, 0, id="plain-term"),
        pytest.param(PLAIN, signal.SIGINT, 130, id="plain-int", marks=pytest.mark.long),
        pytest.param(DEBUG, signal.SIGTERM, 0, id="reloader-term", marks=pytest.mark.long),
        pytest.param(DEBUG, signal.SIGINT, 130, id="reloader-int"),
    ],
)


def wait_for_answer(served: Served, status: int, text: str) -> Answer:
    """Wait until ``/`` answers so; while the server starts anew, requests wait in the socket."""

    def look() -> Answer | None:
        try:
            answer = http_get(served.url + "/")
        except OSError:  # the process ended while it answered
            return None
        return answer if answer.status == status and text in answer.text else None

    return wait_until(look, f"answer {status} with {text!r}")


def test_debug_serves_with_it_and_only_the_child_assembles(
    process: StartProcess, tmp_path: Path
) -> None:
    """The process that watches logs no report: it has assembled nothing."""
    served = Served.start(process, tmp_path, DEBUG)

    told = served.get("/process").json()
    assert told["debug"] is True
    assert told["pid"] != served.process.pid
    (report,) = served.wait_for_reports(1)
    assert report["runner"] == "assembler run (werkzeug)"
    assert report["debug"] is True


@pytest.mark.prepared
def test_an_error_of_the_app_shows_the_debugger(process: StartProcess, tmp_path: Path) -> None:
    """With a console for whoever has the PIN, which the terminal shows."""
    served = Served.start(process, tmp_path, DEBUG)

    page = served.get("/error")
    assert page.status == 500
    assert "RuntimeError: an error of the app" in page.text
    assert "EVALEX = true" in page.text
    served.process.wait_for_line("Debugger PIN")


def test_log_lines_are_not_colored_in_a_pipe(process: StartProcess, tmp_path: Path) -> None:
    """Which is what the tests read."""
    pipe = Served.start(process, tmp_path, PLAIN)
    pipe.get("/nowhere")
    pipe.process.wait_for_line("GET /nowhere HTTP/1.1. 404")
    assert "\x1b[" not in pipe.process.stderr


@pytest.mark.parametrize("no_color", ["", "1"])
def test_log_lines_are_colored_on_a_terminal(no_color: str, tmp_path: Path) -> None:
    """But never with NO_COLOR."""
    write_profile(tmp_path, PLAIN)
    reader, writer = pty.openpty()
    port = free_port()
    args = ["-m", "assembler", "run", "profile.yaml", "--bind", f"127.0.0.1:{port}"]
    fork = find_fork(args, tmp_path, {"TERM": "xterm", "NO_COLOR": no_color})
    assert fork is not None
    with Path(os.devnull).open("r+b") as null, os.fdopen(writer, "wb") as terminal:
        served = fork.start([null, null, terminal])
        wait_until(lambda: _find_status(f"http://127.0.0.1:{port}/nowhere") == 404, "an answer")
        served.send_signal(signal.SIGTERM)
        assert served.wait(WAIT_SECONDS) == 0
        shown = os.read(reader, 100_000).decode()
    os.close(reader)
    assert ("\x1b[33mGET /nowhere" in shown) is not bool(no_color)


@pytest.mark.prepared
def test_flask_s_own_server_has_no_colors_in_a_pipe(process: StartProcess, tmp_path: Path) -> None:
    """Neither in its first lines nor in those of requests."""
    write_profile(tmp_path, PLAIN)
    port = free_port()
    args = ["-m", "assembler", "flask", "profile.yaml", "run", "--port", str(port)]
    served = Served.start_command(process, tmp_path, args, port)
    served.process.wait_for_http(f"{served.url}/nowhere", status=404)
    served.process.wait_for_line("GET /nowhere HTTP/1.1. 404")

    assert "WARNING: This is a development server" in served.process.stderr
    assert "\x1b[" not in served.process.output


def _find_status(url: str) -> int | None:
    try:
        return http_get(url).status
    except OSError:
        return None


@pytest.mark.prepared
def test_a_broken_edit_is_shown_and_waits_for_the_next(
    process: StartProcess, tmp_path: Path
) -> None:
    """In the terminal and as the page, escaped; then the good edit is in force."""
    served = Served.start(process, tmp_path, DEBUG)

    write_profile(tmp_path, f"extensions: ['tests.<b>:add_routes']\n{DEBUG}")
    page = wait_for_answer(served, 500, "cannot be assembled")
    assert "&lt;b&gt;" in page.text
    assert "<b>" not in page.text
    served.process.wait_for_line(r"^profile.yaml:\d+:\d+: error\[ASM")

    options = "{use: tests.runner_app:add_routes, with: {text: better}}"
    write_profile(tmp_path, f"extensions: [{options}]\n{DEBUG}")
    wait_for_answer(served, 200, "better")


@pytest.mark.prepared
def test_edits_of_bases_modules_and_dotenv_files_are_seen(
    process: StartProcess, tmp_path: Path
) -> None:
    """Also of a module that could not be imported, so is not loaded."""
    module, base = tmp_path / "edited.py", tmp_path / "lib" / "base.yaml"
    settings = tmp_path / "lib" / "settings"
    base.parent.mkdir()
    base.write_text("version: 1\nconfig: [{use: dotenv, with: {path: settings}}]\n")
    settings.write_text("GREETING=one\n")
    module.write_text(EDITED.format("!"))
    text = f"extends: lib/base.yaml\nextensions: ['edited:init']\n{DEBUG}"
    served = Served.start(process, tmp_path, text)
    wait_for_answer(served, 200, "one!")

    settings.write_text("GREETING=two\n")
    wait_for_answer(served, 200, "two!")
    module.write_text("def init(app:\n")
    wait_for_answer(served, 500, "SyntaxError")
    module.write_text(EDITED.format("?"))
    wait_for_answer(served, 200, "two?")
    base.write_text("version: 1\nconfig: [{use: values, with: {GREETING: three}}]\n")
    wait_for_answer(served, 200, "three?")


@pytest.mark.prepared
def test_reloader_waits_for_an_edit_of_a_profile_broken_at_the_start(
    process: StartProcess, tmp_path: Path
) -> None:
    """The first good edit is served, on the address that it names."""
    served = Served.start_unready(process, tmp_path, f"extensionz: []\n{DEBUG}")
    wait_for_answer(served, 500, "extensionz")

    write_profile(tmp_path, DEBUG)

    wait_for_answer(served, 200, "well")


@pytest.mark.prepared
def test_a_broken_profile_is_shown_at_its_own_address(
    process: StartProcess, tmp_path: Path
) -> None:
    """As far as that can be read; beyond loopback only what was allowed."""
    port = free_port()
    write_profile(tmp_path, f"extensionz: []\ndebug: true\nserver: {{bind: '127.0.0.1:{port}'}}\n")
    running = process(["-m", "assembler", "run", "profile.yaml"])

    page = running.wait_for_http(f"http://127.0.0.1:{port}/", status=500)
    assert "extensionz" in page.text


def test_a_broken_profile_is_told_even_where_its_page_cannot_be_shown(tmp_path: Path) -> None:
    """First the profile's fault, then the address's, at the place where each is written."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        bind = f"server: {{bind: ['127.0.0.1:{port}', '0.0.0.0:{port}']}}\n"
        write_profile(tmp_path, f"extensionz: []\ndebug: true\n{bind}")
        done = run_cli(["-m", "assembler", "run", "profile.yaml"], tmp_path)

    told = [line for line in done.stderr.splitlines() if "error[" in line]
    assert [re.sub(r"\].*", "", line) for line in told] == [
        "profile.yaml:5:1: error[ASM201",
        "profile.yaml:7:17: error[ASM414",
    ]
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("server", "args"),
    [
        ("{bind: '0.0.0.0:0'}", []),
        ("{bind: '127.0.0.1:0'}", ["--bind", "0.0.0.0:0"]),
    ],
)
def test_debug_for_other_machines_ends_the_reloader(
    process: StartProcess, tmp_path: Path, server: str, args: list[str]
) -> None:
    """Debug for other machines, whoever says the address: it ends, and nothing listens."""
    write_profile(tmp_path, f"debug: true\nserver: {server}\n")
    ended = process(["-m", "assembler", "run", "profile.yaml", *args])

    assert ended.wait() == 1
    assert ended.stderr.count("error[") == 1
    assert "serving" not in ended.stderr


def test_a_broken_profile_without_a_reloader_ends(process: StartProcess, tmp_path: Path) -> None:
    """Nobody waits then."""
    served = Served.start_unready(process, tmp_path, f"extensionz: []\n{DEBUG}", ["--no-reload"])

    assert served.process.wait() == 1


@pytest.mark.prepared
@EACH_END
def test_a_request_in_flight_finishes_and_resources_close_in_reverse(
    text: str, number: signal.Signals, status: int, process: StartProcess, tmp_path: Path
) -> None:
    """A connection that only waits does not hold up the end."""
    served = Served.start(process, tmp_path, f"{RESOURCES}{text}")

    ended = end_while_it_answers(served, number, timeout_seconds=10)

    assert ended == (status, "well")
    assert served.read_log() == ["open a", "open b", "request", "close b", "close a"]
    assert "Traceback" not in served.process.stderr


@pytest.mark.prepared
def test_an_edit_closes_resources_before_the_next_start(
    process: StartProcess, tmp_path: Path
) -> None:
    """They are opened anew by the next process."""
    served = Served.start(process, tmp_path, f"{RESOURCES}{DEBUG}")

    write_profile(tmp_path, f"{RESOURCES}{DEBUG}description: edited")

    served.wait_for_log("open b", 2)
    assert served.read_log()[:6] == ["open a", "open b", "close b", "close a", "open a", "open b"]


@pytest.mark.prepared
@EACH_END
def test_a_signal_while_assembling_ends_at_once_and_cleanly(
    text: str, number: signal.Signals, status: int, process: StartProcess, tmp_path: Path
) -> None:
    """What was opened until then is closed, and there is no traceback."""
    text = f"{RESOURCES}  - tests.runner_app:wait_for_ever\n{text}"
    served = Served.start_unready(process, tmp_path, text)
    served.wait_for_log("waiting")

    assert served.process.terminate(number, timeout_seconds=10) == status
    assert served.read_log()[-2:] == ["close b", "close a"]
    assert "Traceback" not in served.process.stderr


@pytest.mark.prepared
def test_the_serving_process_does_not_outlive_the_watching_one(
    process: StartProcess, tmp_path: Path
) -> None:
    """Killed hard, the watching one cannot tell it to end."""
    served = Served.start(process, tmp_path, DEBUG)
    pid = served.get("/process").json()["pid"]

    os.kill(served.process.pid, signal.SIGKILL)
    served.process.wait()

    wait_until(lambda: not _is_running(pid), "end of the serving process")


@pytest.mark.prepared
def test_debug_with_gevent_warns_of_breakpoints(process: StartProcess, tmp_path: Path) -> None:
    """It is allowed, in a patched process."""
    served = Served.start(process, tmp_path, f"patches: [gevent]\n{DEBUG}")

    assert served.get("/process").json()["patched"] is True
    served.process.wait_for_line(r"profile.yaml:\d+:\d+: warning\[ASM417\]")
    assert served.process.stderr.count("ASM417") == 1


@pytest.mark.prepared
def test_debug_skips_the_patches_that_say_so(process: StartProcess, tmp_path: Path) -> None:
    """``--debug`` gives an unpatched process to debug in, and Werkzeug to serve it."""
    patches = "patches: [{use: gevent, when: {debug: false}}, grpc]"
    served = Served.start(process, tmp_path, patches, ["--debug"])

    told = served.get("/process").json()
    assert (told["patched"], told["debug"]) == (False, True)
    (report,) = find_reports(served.process.stderr)
    assert report["patches"] == []


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
