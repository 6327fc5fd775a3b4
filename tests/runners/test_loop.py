"""Each patch keeps the event loop turning in a real server, whoever runs it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.support.event_loop import CALLS, measure_server
from tests.support.grpc_slow import run_slow_server
from tests.support.processes import free_port
from tests.support.served import STRICT, Served, write_profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartProcess

ALL = "[gevent, grpc, psycopg2]"
PROFILE = """patches: {patches}
config:
  - use: values
    with: {{PROBE_POSTGRES: "{postgres}", PROBE_GRPC: "{grpc}"}}
extensions:
  - tests.runner_app:add_routes
  - tests.support.event_loop:install_probes
"""
TURNING = 0.1  # of its ticks; 0.01 where calls stop the loop, half of them on a busy machine
# What starts one worker on profile.yaml, by who runs it; {port} is filled in.
COMMANDS = {
    "run": "-m assembler run profile.yaml --bind 127.0.0.1:{port}",
    "run with gevent": "-m assembler run gevent.yaml --bind 127.0.0.1:{port}",
    "run with werkzeug": "-m assembler run werkzeug.yaml --bind 127.0.0.1:{port}",
    "gunicorn": "-m gunicorn -k gevent --bind 127.0.0.1:{port} assembler.wsgi:app",
    "flask": "-m flask --app assembler.wsgi run --port {port}",
}


@pytest.fixture
def grpc_address() -> Iterator[str]:
    """Return the address of a slow gRPC server of the test's own: it counts since it started."""
    with run_slow_server() as address:
        yield address


def start(
    runner: str, patches: str, process: StartProcess, folder: Path, targets: dict[str, str]
) -> Served:
    """Start a server with the probes, and wait until it answers; one of each kind is prepared."""
    text = PROFILE.format(patches=patches, **targets)
    file = write_profile(folder, text)
    for server in ("gevent", "werkzeug"):
        (folder / f"{server}.yaml").write_text(f"{file.read_text()}server: {{use: {server}}}\n")
    port = free_port()
    command = [*STRICT, *COMMANDS[runner].format(port=port).split()]
    env = {"ASSEMBLER_PROFILE": "profile.yaml"}
    start_process = partial(process, is_prepared=runner not in {"run", "gunicorn", "flask"})
    served = Served.start_command(start_process, folder, command, port, env)
    served.process.wait_for_http(served.url + "/", status=200)
    return served


@pytest.mark.parametrize(
    "runner", [*[*COMMANDS][:-1], pytest.param("flask", marks=pytest.mark.long)]
)
def test_slow_calls_leave_the_loop_turning(
    runner: str, process: StartProcess, tmp_path: Path, postgres_url: str, grpc_address: str
) -> None:
    """16 calls at once wait together, and the loop ticks on beside them, with all three patches."""
    targets = {"postgres": postgres_url, "grpc": grpc_address}
    served = start(runner, ALL, process, tmp_path, targets)

    slept = measure_server(served.url, "sleep")
    queried = measure_server(served.url, "psycopg2", seconds=0.6)
    called = measure_server(served.url, "grpc", seconds=0.6)  # long enough that all 16 are there

    assert len(slept.results) == CALLS
    assert slept.share > TURNING
    assert max(queried.results) >= CALLS // 2
    assert queried.share > TURNING
    assert max(called.results) == CALLS
    assert called.share > TURNING


def test_without_their_patches_slow_calls_stop_the_loop(
    process: StartProcess, tmp_path: Path, postgres_url: str, grpc_address: str
) -> None:
    """So it is the patches that the other test sees."""
    targets = {"postgres": postgres_url, "grpc": grpc_address}
    served = start("run with gevent", "[gevent]", process, tmp_path, targets)

    queried = measure_server(served.url, "psycopg2", seconds=0.1)
    called = measure_server(served.url, "grpc", seconds=0.1)

    assert max(queried.results) == 1
    assert queried.share < TURNING
    assert max(called.results) == 1
    assert called.share < TURNING
