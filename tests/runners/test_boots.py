"""Test boots that take long, block where no handler of Python runs, or lose their master."""

from __future__ import annotations

import itertools
import json
import os
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.assembling.progress import Doing
from assembler.diagnostics.diagnostic import Place
from assembler.runners.gunicorn_boots import Boots
from tests.faults import choose
from tests.support.processes import free_port, wait_until
from tests.support.projects import write_files
from tests.support.served import Served, write_profile

if TYPE_CHECKING:
    from tests.conftest import StartProcess

pytestmark = pytest.mark.prepared

# One waits in Python; the other in C, in a call that goes on after each signal, as libpq's do.
SLOW = """\
import ctypes, os, subprocess, time


def _tell():
    # Once this process waits, which it cannot tell by itself.
    subprocess.Popen(["/bin/sh", "-c", f"sleep 0.5; echo {os.getpid()} >> pids"])


def sleep(app):
    _tell()
    time.sleep(600)


def block(app):
    _tell()
    mutex = ctypes.create_string_buffer(256)
    library = ctypes.CDLL(None)
    library.pthread_mutex_init(mutex, None)
    for _ in range(2):  # the second waits for the first, whatever signals come
        library.pthread_mutex_lock(mutex)
"""
RUNNERS = {
    "gunicorn": "server: {use: gunicorn, workers: 2%s}",
    "gevent": "patches: [gevent]\nserver: {use: gevent%s}",
    "werkzeug": "server: {use: werkzeug%s}",
    "debug": "debug: true\nserver: {with: {reloader_interval: 0.2}%s}",
}
STEP = "extensions: [{name: stock, use: 'slow:%s'}]\n"


def start(process: StartProcess, folder: Path, runner: str, step: str, more: str = "") -> Served:
    """Serve a profile whose step does not end."""
    folder.mkdir(exist_ok=True)
    write_files(folder, {"slow.py": SLOW})
    return Served.start_unready(process, folder, STEP % step + RUNNERS[runner] % more)


def start_entry(process: StartProcess, folder: Path, step: str, more: str = "") -> Served:
    """Serve it by the entry for servers of others."""
    write_files(folder, {"slow.py": SLOW})
    write_profile(folder, STEP % step + more)
    args = ["-m", "gunicorn", "--bind", f"127.0.0.1:{free_port()}", "assembler.wsgi:app"]
    return Served.start_command(process, folder, args, 0, {"ASSEMBLER_PROFILE": "profile.yaml"})


def read_pids(folder: Path) -> list[int]:
    """Return the processes that wait in the step."""
    file = folder / "pids"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def wait_for_step(served: Served, folder: Path, count: int = 1) -> list[int]:
    """Wait until so many processes have reached the step."""
    assert served.process.popen.poll() is None, served.process.output

    def look() -> list[int] | None:
        pids = read_pids(folder)
        return pids if len(pids) >= count else None

    return wait_until(look, "the step")


def is_running(pid: int) -> bool:
    """Return whether a process is there, and has not ended unnoticed."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
        return stat.rpartition(")")[2].split()[0] != "Z"
    return True


def wait_for_end(pid: int) -> None:
    """Wait until a process is gone."""
    wait_until(lambda: not is_running(pid), f"end of {pid}")


# Each runner and each way to wait once; `make faults` tries them all.
WAITING = [("gunicorn", "sleep"), ("gevent", "block"), ("werkzeug", "sleep"), ("debug", "block")]


def test_a_step_that_takes_long_is_named_while_it_does_and_ends_at_the_limit(
    process: StartProcess, tmp_path: Path
) -> None:
    """By every runner, whether it waits in Python or in C, with the status of a fault.

    It is told once for all workers, and all runners are waited for side by side.
    """
    waiting = choose(WAITING, [*itertools.product(RUNNERS, ("sleep", "block"))])
    limit = "boot_timeout: 12"
    served = {
        (runner, step): start(process, tmp_path / f"{runner}-{step}", runner, step, f", {limit}")
        for runner, step in waiting
    }
    plain = start_entry(process, tmp_path / "entry", "block", f"server: {{{limit}}}\n")

    for one in (*served.values(), plain):
        one.process.wait_for_line(r"^still in step 'stock' of profile.yaml:3, \d\d s")
    said = re.findall(r"^still in .*", served["gunicorn", "sleep"].process.stderr, re.MULTILINE)
    assert all(re.search(r"s, in processes \d+, \d+$", line) for line in said), said

    assert [one.process.wait() for one in served.values()] == [1] * len(served)
    assert plain.process.wait() == 3
    expected = "profile.yaml:3:33: error[ASM426] the boot took longer than 12 s, in step 'stock'"
    for one in (*served.values(), plain):
        assert one.process.stderr.count(expected) == 1, one.process.output
        assert "Traceback" not in one.process.stderr, one.process.output
    for file in tmp_path.glob("*/pids"):
        for pid in read_pids(file.parent):
            wait_for_end(pid)


def test_a_step_that_takes_long_is_named_once_for_each_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not again when one of the workers is through with it."""
    boots, place = Boots(), Place.in_line("web.yaml", 3, 5)
    slow = {pid: Doing("step 'stock'", place, since) for pid, since in ((7, 100.0), (8, 100.5))}

    for now, pids in ((105, (7, 8)), (110.2, (7, 8)), (112, (8,)), (121, (8,))):
        boots.say_still({pid: slow[pid] for pid in pids}, now)

    assert capsys.readouterr().err.splitlines() == [
        "still in step 'stock' of web.yaml:3, 10 s, in processes 7, 8",
        "still in step 'stock' of web.yaml:3, 20 s, in process 8",
    ]


TOLD = {
    "gunicorn-term": ("gunicorn", signal.SIGTERM),
    "gunicorn-int": ("gunicorn", signal.SIGINT),
    "gunicorn-quit": ("gunicorn", signal.SIGQUIT),
    "gevent": ("gevent", signal.SIGTERM),
    "werkzeug": ("werkzeug", signal.SIGINT),
    "debug": ("debug", signal.SIGTERM),
}


def test_a_boot_that_blocks_in_c_ends_soon_after_a_signal(
    process: StartProcess, tmp_path: Path
) -> None:
    """It is killed after 2 s, and the step is named; not after gunicorn's 30."""
    served = {
        name: start(process, tmp_path / name, runner, "block") for name, (runner, _) in TOLD.items()
    }
    pids = {
        name: wait_for_step(served[name], tmp_path / name, 2 if runner == "gunicorn" else 1)
        for name, (runner, _) in TOLD.items()
    }
    for name, (_, number) in TOLD.items():
        served[name].process.popen.send_signal(number)

    for name, (_, number) in TOLD.items():
        status = served[name].process.wait(timeout_seconds=15)
        assert status == (130 if number is signal.SIGINT else 0), name
        for pid in pids[name]:
            words = f"process {pid} was killed in step 'stock' of profile.yaml:3: it did not leave"
            assert words in served[name].process.stderr, name


@pytest.mark.parametrize("step", ["block", None])
def test_a_worker_dies_with_its_master(
    step: str | None, process: StartProcess, tmp_path: Path
) -> None:
    """While it boots at once; later as at SIGTERM. The port is free then."""
    if step is None:
        text = "patches: [gevent]\nserver: {workers: 2}"
        served = Served.start(process, tmp_path, text)
        pids = [pid for one in served.wait_for_reports(2) for pid in one["pids"]]
    else:
        if not sys.platform.startswith("linux"):
            pytest.skip("only Linux ends a process with its parent")
        served = start(process, tmp_path, "gunicorn", step)
        pids = wait_for_step(served, tmp_path, 2)

    os.kill(served.process.pid, signal.SIGKILL)

    for pid in pids:
        wait_for_end(pid)


def test_one_report_is_written_for_all_workers(process: StartProcess, tmp_path: Path) -> None:
    """With the processes that it is of."""
    text = "patches: [gevent]\nserver: {workers: 3}"
    served = Served.start(process, tmp_path, text)
    reports = served.wait_for_reports(3)

    assert served.process.stderr.count('"event": "assembled"') == 1
    assert len(set(reports[0]["pids"])) == 3
    assert served.process.pid not in reports[0]["pids"]


@pytest.mark.parametrize("runner", ["gunicorn", "werkzeug"])
@pytest.mark.parametrize("options", ["pattern: 'LOG %(levelname)s %(message)s'", "format: json"])
def test_the_format_of_the_logging_step_holds_for_the_report(
    options: str, runner: str, process: StartProcess, tmp_path: Path
) -> None:
    """As a line of text, or as fields beside those of each line; whatever the level."""
    steps = f"[tests.runner_app:add_routes, {{use: logging, with: {{level: ERROR, {options}}}}}]"
    text = f"extensions: {steps}\nserver: {{use: {runner}}}"
    served = Served.start(process, tmp_path, text)

    (line,) = served.process.wait_for_line(r'^.*"event": "assembled".*$')[0].splitlines()
    if "json" in options:
        fields = json.loads(line)
        assert fields["level"] == "INFO"
        assert fields["logger"] == "assembler"
        assert fields["profile"] == "profile"
        assert fields["pids"]
    else:
        assert line.startswith('LOG INFO {"event": "assembled"')
