"""Serve health at an address of its own, as real processes."""

from __future__ import annotations

import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from assembler import create_app
from tests.support.edited import STEPS, Edited, start_edited
from tests.support.load import loading
from tests.support.processes import Answer, free_port, http_get, run_cli, wait_until
from tests.support.projects import write_files
from tests.support.served import Served, ask_at, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess

pytestmark = pytest.mark.prepared

GUARD = """

def guard(app):
    @app.before_request
    def refuse():
        return "log in first", 401
"""
SOCKETS = "{$import: 'geventwebsocket.gunicorn.workers:GeventWebSocketWorker'}"
KINDS = {
    "gevent": ("[gevent]", "workers: 2"),
    "threads": ("[]", "workers: 2"),
    "own": ("[gevent]", "use: gevent"),
    "websockets": ("[gevent]", f"with: {{worker_class: {SOCKETS}}}"),
}
# What gunicorn's master does is the same for all of its workers.
MASTERS = [pytest.param("gevent", marks=pytest.mark.long), "threads", "own"]
PROFILE = """\
patches: {patches}
extensions: [health, "tests.runner_app:add_routes"{more}]
server: {{management_bind: '{bind}', {server}}}
"""


def start(
    process: StartProcess, folder: Path, bind: str, kind: tuple[str, str], more: str = ""
) -> Served:
    """Serve, with health at ``bind``."""
    write_files(folder, {"steps.py": STEPS + GUARD})
    patches, server = kind
    text = PROFILE.format(patches=patches, more=more, bind=bind, server=server)
    return Served.start(process, folder, text)


def get_ready(bind: str) -> Answer:
    """Ask for readiness there."""
    return http_get(f"http://{bind}/health/ready")


@pytest.mark.parametrize("kind", [*KINDS])
def test_only_our_own_routes_answer_there_and_only_there(
    kind: str, process: StartProcess, tmp_path: Path
) -> None:
    """No hook of the app's is asked, and nothing that a client says leads from one to the other."""
    bind = f"127.0.0.1:{free_port()}"
    served = start(process, tmp_path, bind, KINDS[kind], ", 'steps:guard'")
    url, forged = f"http://{bind}", {"Host": bind}

    assert [http_get(f"{url}/health/{one}").status for one in ("live", "ready", "startup")] == [
        *(200, 200, 200)
    ]
    assert get_ready(bind).json()["status"] == "ready"
    assert http_get(f"{url}/health/ready", method="HEAD").body == b""
    assert http_get(f"{url}/health/ready", method="POST", data=b"").status == 405
    assert http_get(f"{url}/").status == 404
    if kind == "own":
        line = f"serving at {served.url}, management at {url}"
        served.process.wait_for_line(f"^{re.escape(line)}$")
    for headers in ({}, forged):
        assert http_get(f"{served.url}/", headers=headers).status == 401
        assert http_get(f"{served.url}/health/ready", headers=headers).status == 401
    assert served.process.terminate() == 0


@pytest.mark.parametrize("kind", ["threads", "own"])
def test_a_route_of_the_app_s_is_not_found_where_health_would_be(
    kind: str, process: StartProcess, tmp_path: Path
) -> None:
    """The app does not know it at all; a Unix socket is an address as well."""
    served = start(process, tmp_path, "unix:health.sock", KINDS[kind])

    assert served.get("/").status == 200
    assert served.get("/health/ready").status == 404
    assert ask_at(tmp_path / "health.sock", "/health/ready") == 200
    assert ask_at(tmp_path / "health.sock", "/") == 404
    assert served.process.terminate() == 0
    assert not (tmp_path / "health.sock").exists()


@pytest.mark.parametrize("kind", ["threads", "own"])
def test_metrics_answer_there_as_well(kind: str, process: StartProcess, tmp_path: Path) -> None:
    """They count what the app has answered, and not who asks for them."""
    bind = f"127.0.0.1:{free_port()}"
    served = start(process, tmp_path, bind, KINDS[kind], ", metrics")

    for _ in range(2):
        text = http_get(f"http://{bind}/metrics").text
    assert "assembler_info{" in text
    assert 'route="/' in text
    assert 'route="/metrics"' not in text
    assert 'route="unmatched"' not in text
    assert served.get("/metrics").status == 404


def test_it_answers_while_all_threads_of_the_app_are_taken(
    process: StartProcess, tmp_path: Path
) -> None:
    """It has a thread of its own."""
    bind = f"127.0.0.1:{free_port()}"
    served = start(process, tmp_path, bind, ("[]", "with: {threads: 1, graceful_timeout: 1}"))
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(served.get, "/slow/600.0")
        served.wait_for_log("request")

        assert get_ready(bind).status == 200
        assert not slow.done()
        served.process.terminate()
        assert isinstance(slow.exception(), OSError)


@pytest.mark.parametrize("kind", MASTERS)
def test_it_drains_with_the_app(kind: str, process: StartProcess, tmp_path: Path) -> None:
    """That is where a load balancer asks."""
    bind = f"127.0.0.1:{free_port()}"
    patches, server = KINDS[kind]
    served = start(process, tmp_path, bind, (patches, f"{server}, drain_seconds: 600"))
    os.kill(served.process.pid, signal.SIGTERM)

    wait_until(lambda: get_ready(bind).json()["status"] == "draining", "draining")
    assert get_ready(bind).status == 503
    assert served.process.terminate(signal.SIGINT) == 130


@pytest.mark.parametrize("kind", MASTERS)
def test_it_goes_on_through_reloads(
    kind: str, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """It moves as any address does; the canary asks there whether the edited app is ready."""
    patches, own = KINDS[kind]
    first, other = (f"127.0.0.1:{free_port()}" for _ in range(2))
    server = f"{own}, management_bind: '%s'"
    check = "health\n  - {use: 'steps:check', with: {ok: %s}}"
    shop = start_edited(
        process, tmp_path, runtime_folder, patches, server % first, step=check % "true"
    )
    assert get_ready(first).json()["checks"] == {"search": {"ok": True}}

    with loading(f"http://{first}", "/health/live", clients=4) as load:
        shop.edit("three", check % "true")
        shop.change("reload")
        shop.wait_for_text("three")
        before = load.count
        wait_until(lambda: load.count > before + 20, "load")
        shop.edit("four", check % "false")
        result = shop.ask("reload")
    assert (load.lost, load.count_failed()) == ([], 0)
    assert result.returncode == 1
    assert "GET /health/ready answered 503: search" in result.stderr
    assert shop.get_status()["management_bind"] == first

    moved = move(shop, server % other)
    moved.edit("five", check % "true")
    moved.change("reload")
    assert get_ready(other).status == 200
    with pytest.raises(OSError, match=r"."):
        wait_until(lambda: get_ready(first).status != 200, "end of the old address")


def move(shop: Edited, server: str) -> Edited:
    """Return the same with other keys of the server."""
    return Edited(shop.served, shop.folder, shop.env, shop.patches, shop.binds, server)


@pytest.mark.parametrize("patches", ["[gevent]", "[]"])
def test_an_address_that_is_taken_is_told_at_its_place(patches: str, tmp_path: Path) -> None:
    """By another process, or by the app."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for app in (free_port(), port):
            server = f"server: {{bind: '127.0.0.1:{app}', management_bind: '127.0.0.1:{port}'}}"
            write_profile(tmp_path, f"patches: {patches}\n{server}")
            if app == port:
                taken.close()
            done = run_cli(["-m", "assembler", "run", "profile.yaml"], tmp_path)
            assert done.returncode == 1
            message = f'error[ASM414] the address "127.0.0.1:{port}" is already in use'
            column = server.index("'127.0.0.1", 30) + 1
            assert done.stderr.startswith(f"profile.yaml:6:{column}: {message}")
            assert done.stderr.count("error[") == 1


def test_one_socket_of_systemd_s_is_not_enough(tmp_path: Path) -> None:
    """There would be no health at all."""
    write_profile(tmp_path, "extensions: [health]\nserver: {management_bind: '127.0.0.1:0'}")
    code = (
        "import os, sys; os.environ |= {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1'};"
        "from assembler.__main__ import main; sys.exit(main(['run', 'profile.yaml']))"
    )
    done = run_cli(["-c", code], tmp_path)

    assert done.returncode == 1
    assert "error[ASM415] systemd has opened one socket" in done.stderr


def test_werkzeug_serves_health_with_the_app_and_says_so(
    process: StartProcess, tmp_path: Path
) -> None:
    """It has one address."""
    bind = f"127.0.0.1:{free_port()}"
    served = start(process, tmp_path, bind, ("[]", "use: werkzeug"))

    assert served.get("/health/ready").status == 200
    assert "[ASM420] the werkzeug server ignores `management_bind`" in served.process.stderr
    with pytest.raises(OSError, match=r"."):
        get_ready(bind)


def test_whoever_makes_the_app_gets_the_routes(tmp_path: Path) -> None:
    """There is no server of ours then."""
    file = write_profile(
        tmp_path, "extensions: [health]\nserver: {management_bind: '127.0.0.1:9000'}"
    )
    app = create_app(file)

    assert app.test_client().get("/health/live").status_code == 200
