"""`assembler run` with gunicorn, as real processes."""

from __future__ import annotations

import gc
import json
import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import run_cli, wait_until
from tests.support.projects import HEAD
from tests.support.served import RESOURCES, Served, write_profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import StartProcess

ALL = "[gevent, grpc, psycopg2]"
USUAL_THRESHOLD = gc.get_threshold()[0]  # a test that runs a command in this process changes it


@pytest.fixture
def serve(process: StartProcess, tmp_path: Path) -> Callable[..., Served]:
    """Return a function that serves a profile with ``assembler run``."""
    return lambda text, *args, **env: Served.start(process, tmp_path, text, args, env)


@pytest.mark.parametrize("patches", ["[]", pytest.param("[gevent]", marks=pytest.mark.long), ALL])
def test_every_worker_is_patched_as_the_profile_says(
    patches: str, serve: Callable[..., Served]
) -> None:
    """They are live in each worker, proved in its report; none are where none are asked for."""
    served = serve(f"patches: {patches}\nserver: {{workers: 2}}")

    assert served.get("/process").json()["patched"] is (patches != "[]")
    reports = served.wait_for_reports(2)
    names = [[patch["name"] for patch in report["patches"]] for report in reports]
    assert names == [patches.strip("[]").replace(",", "").split()] * 2
    assert {patch["by"] for report in reports for patch in report["patches"]} <= {"assembler"}
    assert {report["runner"] for report in reports} == {"assembler run (gunicorn)"}


SOCKETS = """
from flask import request


def add(app):
    @app.route("/socket", websocket=True)
    def answer():
        request.environ["wsgi.websocket"].send("well")
        return ""
"""


@pytest.mark.prepared
def test_a_worker_class_of_another_package_is_mixed_with_ours(
    process: StartProcess, tmp_path: Path
) -> None:
    """It speaks its protocol, in a process that is patched as the profile says."""
    pytest.importorskip("geventwebsocket")
    (tmp_path / "sockets.py").write_text(SOCKETS, "utf-8")
    kind = "{$import: 'geventwebsocket.gunicorn.workers:GeventWebSocketWorker'}"
    text = (
        f"patches: [gevent, grpc]\nextensions: ['tests.runner_app:add_routes', 'sockets:add']\n"
        f"server: {{with: {{gunicorn: {{worker_class: {kind}}}}}}}\n"
    )
    served = Served.start(process, tmp_path, text)
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(
            f"GET /socket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        received = b""
        while b"well" not in received:
            chunk = client.recv(4096)
            assert chunk, received
            received += chunk
    assert received.startswith(b"HTTP/1.1 101")
    (report,) = served.wait_for_reports(1)
    assert [patch["name"] for patch in report["patches"]] == ["gevent", "grpc"]
    assert served.process.terminate() == 0


def test_the_master_loads_neither_flask_nor_the_project(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    """Only the workers load them: a master that did would keep old code, and unpatched objects."""
    hooks = "import sys\ndef ready(arbiter):\n    print(*sys.modules, sep='\\n', flush=True)\n"
    (tmp_path / "hooks.py").write_text(hooks)

    served = serve(f"patches: {ALL}\nserver: {{with: {{when_ready: {{$import: 'hooks:ready'}}}}}}")

    loaded = served.process.stdout.split()
    assert "gunicorn.arbiter" in loaded
    assert not {"flask", "werkzeug", "tests.runner_app", "psycopg2", "grpc"} & set(loaded)


@pytest.mark.prepared
def test_a_request_in_flight_finishes_and_resources_close_in_reverse(
    serve: Callable[..., Served],
) -> None:
    """SIGTERM ends the server cleanly, with 0."""
    served = serve(f"patches: [gevent]\n{RESOURCES}")

    with ThreadPoolExecutor() as pool:
        answer = pool.submit(served.get, "/slow/1.0")
        served.wait_for_log("request")
        status = served.process.terminate()

    assert answer.result().text == "well"
    assert status == 0
    assert served.read_log() == ["open a", "open b", "request", "close b", "close a"]


@pytest.mark.parametrize(
    ("patches", "number", "status"),
    [
        ("[]", signal.SIGINT, 130),
        ("[]", signal.SIGQUIT, 0),
        pytest.param("[]", signal.SIGTERM, 0, marks=pytest.mark.long),
        pytest.param("[gevent]", signal.SIGINT, 130, marks=pytest.mark.long),
        pytest.param("[gevent]", signal.SIGQUIT, 0, marks=pytest.mark.long),
        ("[gevent]", signal.SIGTERM, 0),
    ],
)
def test_every_way_to_end_closes_resources_in_every_worker(
    patches: str, number: signal.Signals, status: int, serve: Callable[..., Served]
) -> None:
    """A quick end closes what is open as well; Ctrl-C is told apart."""
    served = serve(f"patches: {patches}\n{RESOURCES}\nserver: {{workers: 2}}")
    served.wait_for_reports(2)

    assert served.process.terminate(number) == status
    log = served.read_log()
    assert sorted(log[-4:]) == ["close a", "close a", "close b", "close b"]
    assert "Traceback" not in served.process.stderr


QUITTING = """\
import os, signal


def prepare(worker):
    submit = worker.tpool.submit

    def quit_amid(*given):
        if os.path.exists("quit"):
            os.remove("quit")
            with worker.tpool._shutdown_lock:
                os.kill(os.getpid(), signal.SIGQUIT)
        return submit(*given)

    worker.tpool.submit = quit_amid
"""


@pytest.mark.prepared
def test_a_quick_end_does_not_wait_for_what_it_has_interrupted(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    """A worker of threads may be about to give one of them a request, and holds a lock then."""
    (tmp_path / "quitting.py").write_text(QUITTING)
    served = serve("server: {with: {post_worker_init: {$import: 'quitting:prepare'}}}")
    pid = served.get("/process").json()["pid"]
    (tmp_path / "quit").touch()

    with pytest.raises(OSError, match=r"."):
        served.get("/")

    served.process.wait_for_line(rf"Worker exiting \(pid: {pid}\)")
    assert served.process.wait_for_http(f"{served.url}/process").json()["pid"] != pid


SWALLOWING = """\
import pathlib, time, weakref


class Resource:
    pass


def wait(_reference):
    pathlib.Path("waiting").touch()
    time.sleep(20)  # which the signal ends, by an exception that Python drops here


def drop(app):
    resource = Resource()
    reference = weakref.ref(resource, wait)
    del resource
"""


@pytest.mark.prepared
@pytest.mark.parametrize("patches", ["[]", "[gevent]"])
def test_a_signal_where_nothing_can_be_raised_still_ends_the_worker(
    process: StartProcess, tmp_path: Path, patches: str
) -> None:
    """In a weak reference's callback Python drops what the handler raises, and the boot goes on."""
    (tmp_path / "swallowing.py").write_text(SWALLOWING)
    text = f'patches: {patches}\nextensions: ["swallowing:drop"]\n'
    (tmp_path / "p.yaml").write_text(f"{HEAD}{text}")
    (tmp_path / "project.py").touch()
    served = process(["-m", "assembler", "run", "p.yaml", "--bind", "127.0.0.1:0"])
    wait_until((tmp_path / "waiting").exists, "worker in the callback")

    # Well before gunicorn's master would kill a worker that goes on, which takes it 30 seconds.
    assert served.terminate(timeout_seconds=15) == 0


@pytest.mark.prepared
@pytest.mark.parametrize(
    ("patches", "number", "status"),
    [
        pytest.param("[]", signal.SIGINT, 130, marks=pytest.mark.long),
        ("[]", signal.SIGTERM, 0),
        ("[gevent]", signal.SIGINT, 130),
        pytest.param("[gevent]", signal.SIGTERM, 0, marks=pytest.mark.long),
    ],
)
def test_a_signal_while_assembling_ends_at_once_and_cleanly(
    patches: str,
    number: signal.Signals,
    status: int,
    process: StartProcess,
    tmp_path: Path,
) -> None:
    """What was opened until then is closed, and there is no traceback."""
    served = Served.start_unready(
        process,
        tmp_path,
        f"patches: {patches}\n{RESOURCES}  - tests.runner_app:wait_for_ever\n",
    )
    served.wait_for_log("waiting")

    assert served.process.terminate(number, timeout_seconds=10) == status
    assert served.read_log()[-2:] == ["close b", "close a"]
    assert "Traceback" not in served.process.stderr


@pytest.mark.prepared
@pytest.mark.parametrize("patches", ["[]", "[gevent]"])
def test_workers_that_cannot_boot_say_why_once(
    patches: str, process: StartProcess, tmp_path: Path
) -> None:
    """One diagnostic from three workers, the exit status 1, each worker started at most once."""
    served = Served.start_unready(
        process,
        tmp_path,
        f"patches: {patches}\n{RESOURCES}  - tests.runner_app:fail_late\nserver: {{workers: 3}}\n",
    )

    assert served.process.wait() == 1
    (line,) = re.findall(r".*ASM\d+.*", served.process.stderr)
    assert re.fullmatch(
        r"profile\.yaml:\d+:5: error\[ASM506\] .*RuntimeError: the step is broken"
        r" \[step-failed\]",
        line,
    )
    log = served.read_log()
    assert 1 <= log.count("open a") <= 3
    assert log.count("close a") == log.count("open a")
    assert "Traceback" not in served.process.stderr


@pytest.mark.prepared
def test_a_worker_that_cannot_boot_closes_what_it_opened_whatever_it_is_told(
    process: StartProcess, tmp_path: Path
) -> None:
    """The first that fails has the master end the others, which may be closing by then."""
    resources = RESOURCES.replace("Resource", "Signalled")
    served = Served.start_unready(
        process, tmp_path, f"patches: []\n{resources}  - tests.runner_app:fail\n"
    )

    assert served.process.wait() == 1
    assert served.read_log() == ["open a", "open b", "failing", "close b", "close a"]
    assert "the step is broken" in served.process.stderr


@pytest.mark.prepared
def test_a_worker_whose_mounted_profile_was_skipped_still_ends_while_it_boots(
    process: StartProcess, tmp_path: Path
) -> None:
    """Only closing is left undisturbed: the boot goes on without what failed."""
    mounted = f"{HEAD}extensions: [tests.runner_app:fail]\n"
    (tmp_path / "mounted.yaml").write_text(mounted, "utf-8")
    mount = "{use: ./mounted.yaml, as: mount, with: {path: /m}, on_error: skip}"
    served = Served.start_unready(
        process,
        tmp_path,
        f"patches: []\n{RESOURCES}  - {mount}\n  - tests.runner_app:wait_for_ever\n",
    )
    served.wait_for_log("waiting")

    assert served.process.terminate(timeout_seconds=10) == 0
    assert served.read_log()[-2:] == ["close b", "close a"]


def test_a_port_in_use_is_one_diagnostic(tmp_path: Path) -> None:
    """It is said at once, where gunicorn itself would try five times."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        write_profile(tmp_path, f"server: {{bind: '127.0.0.1:{port}'}}")

        done = run_cli(["-m", "assembler", "run", "profile.yaml"], tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        (
            f'profile.yaml:5:16: error[ASM414] the address "127.0.0.1:{port}" is already in use'
            " [address-in-use]"
        ),
        "  hint: Stop the process that uses it, or give `assembler run` another one with `--bind`.",
    ]


@pytest.mark.prepared
@pytest.mark.parametrize(
    "profile",
    [
        "server: {use: gunicorn}",
        "patches: [gevent]\nserver: {use: gevent}",
        "server: {use: werkzeug}",
        "debug: true",
    ],
)
def test_it_serves_several_addresses_and_unix_sockets(
    profile: str, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """Each bind answers under every server; the socket's file is gone afterwards."""
    served = serve(profile, "--bind", "unix:app.sock")

    assert served.get("/").text == "well"
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "app.sock"))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        with client.makefile("rb") as answer:
            assert answer.read().endswith(b"\r\n\r\nwell")
    assert served.process.terminate() == 0
    assert not (tmp_path / "app.sock").exists()


def test_hup_reads_the_profile_anew(serve: Callable[..., Served], tmp_path: Path) -> None:
    """An edit is in force after SIGHUP: the patches too, in workers of the other kind."""
    served = serve("patches: []")
    assert served.get("/process").json()["patched"] is False

    write_profile(tmp_path, "patches: [gevent]")
    os.kill(served.process.pid, signal.SIGHUP)

    wait_until(lambda: served.get("/process").json()["patched"], "patched worker")


@pytest.mark.prepared
def test_hup_with_a_broken_profile_keeps_the_one_before(
    serve: Callable[..., Served], tmp_path: Path
) -> None:
    """No worker is restarted, and the diagnostic is said."""
    served = serve(f"patches: [gevent]\n{RESOURCES}")
    pid = served.get("/process").json()["pid"]

    (tmp_path / "profile.yaml").write_text(
        "version: 1\napp: {with: {import_name: shop}}\nextensionz: []\n"
    )
    os.kill(served.process.pid, signal.SIGHUP)

    reason = r"profile.yaml:3:1: error\[ASM201\] unknown key \"extensionz\""
    served.process.wait_for_line(
        rf"\[ERROR\] The reload was refused, the app is unchanged: {reason}"
    )
    assert served.get("/process").json()["pid"] == pid


def test_no_control_socket_is_opened(serve: Callable[..., Served], tmp_path: Path) -> None:
    """By itself gunicorn would open one below the home directory; a profile may ask for it."""
    serve("patches: []")

    assert not [file for file in tmp_path.rglob("*") if file.is_socket()]


@pytest.mark.prepared
@pytest.mark.parametrize("server", ["gunicorn", "gevent", "werkzeug"])
def test_garbage_is_collected_as_usual_once_it_serves(
    server: str, serve: Callable[..., Served]
) -> None:
    """Only while it starts that is put off."""
    served = serve(f"patches: [gevent]\nserver: {{use: {server}}}")

    assert served.get("/process").json()["garbage_threshold"] == USUAL_THRESHOLD


@pytest.mark.prepared
def test_the_report_is_one_json_object_a_worker(serve: Callable[..., Served]) -> None:
    """With skips and reasons, whatever the debug flag."""
    served = serve(
        "patches: [gevent]\n"
        "extensions:\n"
        "  - use: tests.runner_app:fail\n"
        "    when: {equals: [a, b]}\n"
        "  - tests.runner_app:add_routes\n"
        "server: {workers: 2}\n",
    )

    for report in served.wait_for_reports(2):
        assert report["outcome"] == "done"
        assert [step["outcome"] for step in report["steps"]] == ["skipped", "done"]
        assert report["steps"][0]["reason"]
        assert json.dumps(report)


def test_preloading_without_gevent_serves(serve: Callable[..., Served]) -> None:
    """The master then assembles, once, and the workers share what it made."""
    served = serve("patches: []\nserver: {workers: 2, with: {preload_app: true}}")

    assert served.get("/").text == "well"
    assert len(served.wait_for_reports(1)) == 1


def test_preloading_that_fails_is_one_diagnostic(process: StartProcess, tmp_path: Path) -> None:
    """It is the master that fails then."""
    served = Served.start_unready(
        process,
        tmp_path,
        "extensions: [tests.runner_app:fail]\nserver: {workers: 2, with: {preload_app: true}}\n",
    )

    assert served.process.wait() == 1
    assert served.process.stderr.count("ASM506") == 1
    assert "Traceback" not in served.process.stderr


def test_debug_that_a_source_sets_is_not_shown_to_other_machines(
    process: StartProcess, tmp_path: Path
) -> None:
    """It is known only when config is: the workers then refuse to serve."""
    text = f"config: [{{use: values, with: {{DEBUG: true}}}}]\n{RESOURCES}"
    served = Served.start_unready(process, tmp_path, text, ["--bind", ":0"])

    assert served.process.wait() == 1
    assert served.process.stderr.count('ASM413] debug lets anyone who reaches "0.0.0.0:0"') == 1
    assert "reach it; config source 'values' (" in served.process.stderr
    assert served.read_log() == ["open a", "open b", "close b", "close a"]


@pytest.mark.prepared
def test_usr2_starts_a_second_master_on_the_same_socket(serve: Callable[..., Served]) -> None:
    """It is how gunicorn upgrades without a pause."""
    served = serve("patches: [gevent]")
    first = served.get("/process").json()["pid"]

    os.kill(served.process.pid, signal.SIGUSR2)
    served.wait_for_reports(2)
    assert served.process.terminate() == 0

    assert served.get("/process").json()["pid"] != first


@pytest.mark.prepared
@pytest.mark.parametrize("patches", ["[]", "[gevent]"])
def test_a_head_may_come_in_pieces_and_before_its_turn(
    patches: str, serve: Callable[..., Served]
) -> None:
    """Each request is answered in its order, wherever one packet ends and the next one begins."""
    served = serve(f"patches: {patches}")
    host, port = served.url.removeprefix("http://").split(":")
    request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    request += b"GET /process HTTP/1.1\r\nHost: x\r\n\r\nGET /missing HTTP/1.1\r\nHost: x\r\n"
    received = b""
    with socket.create_connection((host, int(port)), timeout=60) as client:
        for piece in (
            request[:20],
            request[20:60],
            request[60:],
            b"Connection: close\r\n\r",
            b"\n",
        ):
            client.sendall(piece)
            served.get("/")  # it has had the time to look at what there is
        while chunk := client.recv(65536):
            received += chunk

    assert re.findall(rb"HTTP/1.1 (\d+)", received) == [b"405", b"200", b"404"]
