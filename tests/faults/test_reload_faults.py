"""Faults of a server that is edited, killed, starved and loaded; counts are checked, not times."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.faults import IS_LONG, choose
from tests.support.edited import OWN, PATCHES, Edited, start_edited
from tests.support.load import loading
from tests.support.processes import free_port, http_get, wait_until
from tests.support.projects import write_files
from tests.support.served import write_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.faults import Note
    from tests.support.load import Load

CLIENTS = choose(8, 32)
# Which workers there are, where that makes no difference to the fault.
KIND = choose("threads", "gevent")
PATH = choose("/slow", "/")  # requests in flight, and cores left for who reloads
# A step that breaks the edit, or what else is written; each is refused before it serves.
BROKEN = {
    "syntax": "{use: 'steps:hello', with: {text: ",
    "type": "{use: 'steps:slow', with: {seconds: [1]}, app_context: maybe}",
    "unknown name": "databse",
    "missing module": "'steps.missing:x'",
    "raises": "'steps:fail'",
    "hangs": "'steps:hang'",
    "leaves": "'steps:leave'",
    "forks": "'steps:stray'",
    "only in workers": "'steps:fail_in_workers'",
    "answers 500": "'steps:refuse'",
    "policy": "'os:getcwd'",
}
# A mode binds root as well once the kernel has taken CAP_DAC_OVERRIDE away from it.
WITHOUT_POWER = """
import ctypes, os, sys
if sys.platform == "linux" and os.geteuid() == 0:
    ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
MORE = {"another server": ", use: gevent", "taken port": None}


@pytest.fixture
def policy(tmp_path: Path) -> None:
    """Allow the modules that are there, before a server is started."""
    write_files(tmp_path, {"pyproject.toml": '[tool.assembler]\nallow = ["steps", "tests"]\n'})


@pytest.fixture
def edited(
    request: pytest.FixtureRequest, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> Edited:
    """Return a server with two workers, of the kind that the test asks for.

    Under the name "own" it is gevent's own server. It soon cuts off who sends no whole request.
    """
    kind = getattr(request, "param", KIND)
    if kind == "own":
        return start_edited(process, tmp_path, runtime_folder, "[gevent]", OWN)
    hurry = choose("'steps:hurry'", "")
    return start_edited(process, tmp_path, runtime_folder, PATCHES[kind], step=hurry)


@pytest.mark.usefixtures("policy")
def test_random_edits_under_load(edited: Edited, note: Note) -> None:
    """Whatever is refused costs nothing, and what is served is the last good edit."""
    dice = random.Random(20261129)  # noqa: S311 - for no secret
    good = edited.binds[:]
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        loading(edited.served.url, PATH, CLIENTS) as load,
    ):
        served, refused = "one", 0
        ways = [*BROKEN, *MORE]
        count = choose(8, 100)
        kinds = [None] * (count // 2) + [ways[i % len(ways)] for i in range(count - count // 2)]
        dice.shuffle(kinds)
        for number, way in enumerate(kinds):
            edited.binds[:] = good
            if way == "taken port":
                edited.binds.append(f"127.0.0.1:{taken.getsockname()[1]}")
            edited.edit(f"t{number}", BROKEN.get(way or "", ""), more=MORE.get(way or "") or "")
            result = edited.ask("reload")
            assert (result.returncode == 0) is (way is None), (way, result.stdout, result.stderr)
            if way is None:
                served = f"t{number}"
            else:
                refused += 1
                assert "the reload was refused" in result.stderr
            assert http_get(edited.served.url + "/").text == served
    assert load.lost == []
    assert load.count_failed() == 0
    assert load.count > 0
    assert edited.served.process.stderr.count("[ERROR] The reload was refused") == refused
    note(f"{count} edits, {refused} of them refused; {describe(load)}")


def test_an_edit_that_answers_500_is_taken_back(edited: Edited, note: Note) -> None:
    """Failures end when probation does, without a restart by hand."""
    edited.edit("two", "'steps:refuse_others'", probation=5, more=", canary: {path: /fine}")
    with loading(edited.served.url, PATH, CLIENTS) as load:
        edited.ask("reload")  # refused, if they failed before it was answered
        edited.wait_for_text("one")
        failed, count = load.count_failed(), load.count
        load.wait_for_none_failed()

    assert load.lost == []
    note(f"{failed} of {count:,} answers were 500 until it was taken back, none afterwards")


def test_a_boot_of_three_seconds_keeps_nobody_waiting(edited: Edited, note: Note) -> None:
    """The old workers serve until the new ones do."""
    edited.edit("two", f"{{use: 'steps:slow', with: {{seconds: {choose(1, 3)}}}}}")
    with loading(edited.served.url, PATH, 8) as load:
        edited.change("reload")
        edited.wait_for_text("two")

    assert load.lost == []
    assert set(load.statuses) == {200}
    assert load.longest_seconds < choose(10, 0.3)
    note(describe(load))


def describe(load: Load) -> str:
    """Return what became of the requests."""
    failed = f"{load.count_failed():,} failed" if load.count_failed() else "none failed"
    lost = f"{len(load.lost):,} lost" if load.lost else "none lost"
    return f"{load.count:,} requests, {lost}, {failed}, longest answer {load.longest_seconds:.2f} s"


def test_killed_workers_come_back(edited: Edited, note: Note) -> None:
    """Only what that worker had in flight is lost."""
    rounds, seconds = choose(2, 30), []
    with loading(edited.served.url, PATH, CLIENTS) as load:
        for _ in range(rounds):
            pid, started = edited.get_pids()[0], time.monotonic()
            os.kill(pid, signal.SIGKILL)
            wait_until(partial(is_whole, edited, pid), "two workers")
            seconds.append(time.monotonic() - started)
            time.sleep(choose(0, 2))

    assert len(load.lost) <= rounds * CLIENTS
    assert load.count_failed() == 0
    note(f"{rounds} workers killed, both there again after {max(seconds):.1f} s at most")
    note(describe(load))


def is_whole(edited: Edited, killed: int) -> bool:
    """Return whether two workers are ready, and the killed one is gone."""
    workers = edited.get_status()["workers"]
    return len([one for one in workers if one["is_ready"] and one["pid"] != killed]) == 2


def find_canary(edited: Edited) -> int | None:
    """Return the canary: the child of the master that is no worker."""
    children = {child.pid for child in psutil.Process(edited.served.process.pid).children()}
    others = children - {*edited.get_pids()}
    return min(others) if others and edited.get_status()["state"] == "canary" else None


def test_a_killed_canary_refuses_the_edit(edited: Edited, note: Note) -> None:
    """The old workers serve on."""
    pids = edited.get_pids()
    edited.edit("two", "'steps:hang'")
    os.kill(edited.served.process.pid, signal.SIGHUP)
    canary = wait_until(lambda: find_canary(edited), "canary")
    os.kill(canary, signal.SIGKILL)

    edited.served.process.wait_for_line("The reload was refused, .*: signal SIGKILL")
    assert edited.get_pids() == pids
    assert edited.served.get("/").text == "one"
    note(f"refused, the same {len(pids)} workers serve")


@pytest.mark.skipif(not hasattr(psutil.Process, "rlimit"), reason="sets another process's limits")
def test_no_descriptors_refuse_the_edit(edited: Edited, note: Note) -> None:
    """And once there are some again, a reload works."""
    master = psutil.Process(edited.served.process.pid)
    before = master.rlimit(psutil.RLIMIT_NOFILE)
    master.rlimit(psutil.RLIMIT_NOFILE, (master.num_fds() + 2, before[1]))
    edited.edit("two")
    os.kill(master.pid, signal.SIGHUP)
    edited.served.process.wait_for_line("The reload was refused")
    assert edited.served.get("/").text == "one"

    master.rlimit(psutil.RLIMIT_NOFILE, before)
    edited.change("reload")
    edited.wait_for_text("two")
    note("refused with 2 left, taken over once there were some")


def test_a_killed_master_leaves_no_worker(edited: Edited, note: Note) -> None:
    """Nor a canary."""
    edited.edit("two", "'steps:hang'")
    os.kill(edited.served.process.pid, signal.SIGHUP)
    canary = wait_until(lambda: find_canary(edited), "canary")
    left = [*edited.get_pids(), canary]
    os.kill(edited.served.process.pid, signal.SIGKILL)
    started = time.monotonic()

    wait_until(lambda: not any(map(is_running, left)), "end", timeout_seconds=choose(30, 5))
    note(f"all {len(left)} processes gone after {time.monotonic() - started:.2f} s")


def is_running(pid: int) -> bool:
    """Return whether a process is there, and has not ended unnoticed."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def begin_canary(edited: Edited) -> None:
    """Be in a canary that hangs."""
    edited.edit("two", "'steps:hang'")
    os.kill(edited.served.process.pid, signal.SIGHUP)
    wait_until(lambda: find_canary(edited), "canary")


def begin_boot(edited: Edited) -> None:
    """Be in the boot of new workers."""
    edited.edit("two", "{use: 'steps:slow', with: {seconds: 20}}")
    os.kill(edited.served.process.pid, signal.SIGHUP)
    wait_until(lambda: edited.get_status()["state"] == "booting", "boot")


def begin_probation(edited: Edited) -> None:
    """Be in probation."""
    edited.edit("two", probation=60)
    edited.change("reload")


@pytest.mark.parametrize(
    ("edited", "begin"),
    [
        ("gevent", None),
        (KIND, begin_canary),
        (KIND, begin_boot),
        (KIND, begin_probation),
        ("own", None),
        ("own", begin_probation),
    ],
    ids=[
        *("nothing else", "canary", "hanging boot", "probation"),
        *("gevent's own server", "gevent's own server in probation"),
    ],
    indirect=["edited"],
)
def test_sigterm_answers_what_was_accepted(
    begin: Callable[[Edited], None] | None, edited: Edited, note: Note
) -> None:
    """Under load, whatever is under way; then nothing is left."""
    with loading(edited.served.url, "/slow", 8) as load:
        wait_until(lambda: load.count > 10, "load")
        if begin is not None:
            begin(edited)
        pids = [child.pid for child in psutil.Process(edited.served.process.pid).children()]
        started = time.monotonic()
        status = edited.served.process.terminate(signal.SIGTERM)
        seconds = time.monotonic() - started
        refused = {error for error in load.lost if "ConnectionRefusedError" not in error}

    assert status == 0
    assert refused == set()
    assert not any(map(is_running, pids))
    note(f"{load.count:,} requests answered, none lost, exit after {seconds:.1f} s")


@pytest.mark.parametrize("edited", PATCHES, indirect=True)
def test_slow_and_half_open_clients_do_not_keep_others_waiting(edited: Edited, note: Note) -> None:
    """Nor do headers of 10 MB; who sends no whole request is cut off in the end."""
    host, port = edited.served.url.removeprefix("http://").split(":")
    started = time.monotonic()
    clients = [socket.create_connection((host, int(port))) for _ in range(choose(100, 200))]
    try:
        for client in clients[::2]:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        with socket.create_connection((host, int(port))) as large, suppress(OSError):
            large.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000_000)
        with loading(edited.served.url) as load:
            wait_until(lambda: load.count >= choose(200, 5000), "answers")
        for client in clients:
            wait_for_end(client)
        seconds = time.monotonic() - started
    finally:
        for client in clients:
            client.close()

    assert load.lost == []
    assert set(load.statuses) == {200}
    note(f"the others: {describe(load)}; all slow ones cut off after {seconds:.0f} s")


def wait_for_end(client: socket.socket) -> None:
    """Wait until the server has closed a connection, whatever it has sent before."""
    client.settimeout(60)
    with suppress(ConnectionResetError):
        while client.recv(65536):
            pass


def test_memory_and_descriptors_stay_over_many_reloads(edited: Edited, note: Note) -> None:
    """Of the master and of the workers; no process is left."""
    master = psutil.Process(edited.served.process.pid)
    reloads, requests = choose(2, 200), choose(300, 200_000)
    answers: list[int] = []

    def reload(number: int) -> None:
        edited.edit(f"t{number}")
        edited.change("reload")

    def count_worker_fds() -> int:
        return max(psutil.Process(pid).num_fds() for pid in edited.get_pids())

    def measure() -> tuple[int, int, int, int]:
        wait_until(lambda: len(master.children(recursive=True)) == 2, "two workers")
        workers = [psutil.Process(pid) for pid in edited.get_pids()]
        with loading(edited.served.url, "/", 8) as load:
            wait_until(lambda: load.count >= requests // reloads, "requests", timeout_seconds=600)
        answers.append(load.count)
        return (
            master.memory_info().rss,
            max(worker.memory_info().rss for worker in workers),
            master.num_fds(),
            count_worker_fds(),
        )

    for number in range(choose(2, 20)):  # until caches are full
        reload(number)
    before = measure()
    for number in range(reloads):
        reload(number)
        if IS_LONG:
            measure()
    after = measure()

    grown = 1.05 if IS_LONG else 1.15  # caches are not full yet after a few
    assert after[0] < before[0] * grown
    assert after[1] < before[1] * grown
    # One that asks for the status may still be there, and connections that are about to close.
    wait_until(lambda: master.num_fds() <= before[2] + 2, "as few descriptors in the master")
    wait_until(lambda: count_worker_fds() <= before[3] + 2, "as few descriptors in each worker")
    growth = [
        f"{100 * (now - then) / then:+.1f} %" for now, then in zip(after, before, strict=True)
    ]
    note(f"{reloads} reloads, {sum(answers):,} requests; memory of the master {growth[0]}")
    note(f"of a worker {growth[1]}; descriptors {before[2]} and {after[2]} in the master")
    note(f"{before[3]} and {after[3]} in a worker; 2 processes below the master")


def test_a_full_disk_keeps_the_last_good_profile_as_it_was(
    process: StartProcess, tmp_path: Path, runtime_folder: Path, note: Note
) -> None:
    """The edit is served all the same, and the warning says why it is not kept."""
    state = tmp_path / "state"
    with small_disk(state) as filler:
        more = f", state: '{state}'"
        edited = start_edited(process, tmp_path, runtime_folder, PATCHES[KIND])
        edited.edit("two", more=more)
        edited.change("reload")
        kept = wait_until(lambda: next(state.glob("last-good-*.json"), None), "kept profile")
        before = wait_until(lambda: kept.read_text("utf-8") or None, "kept profile")
        with suppress(OSError):
            filler.write_bytes(b"x" * 1_000_000)
        edited.edit("three", more=more)
        edited.change("reload")

        edited.served.process.wait_for_line("could not be kept: .*no space left on device")
        assert edited.served.get("/").text == "three"
        assert kept.read_text("utf-8") == before
        assert [file.name for file in state.glob("*last-good*")] == [kept.name]
        note(f"served, and told; all {len(before):,} characters of the one before are there")


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a disk that one file can fill, and return that file; skip where that is impossible."""
    folder.mkdir(mode=0o700)
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(folder)]
    if mount is None or subprocess.run([mount, *options], check=False).returncode != 0:
        pytest.skip("no disk can be mounted here")
    try:
        yield folder / "filler"
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607 - the test's


def test_an_unwritable_runtime_folder_is_told_and_served(
    process: StartProcess, tmp_path: Path, note: Note
) -> None:
    """There is no socket then and nothing is kept, and SIGHUP still reloads."""
    folder = tmp_path / "unwritable"
    folder.mkdir(mode=0o555)
    port = free_port()
    places = f"control: {folder}/x, state: {folder}, probation: {{seconds: 0}}"
    write_profile(
        tmp_path, f"patches: {PATCHES[KIND]}\nserver: {{bind: '127.0.0.1:{port}', {places}}}"
    )
    running = process(["-c", WITHOUT_POWER, "-m", "assembler", "run", "profile.yaml"], tmp_path)
    running.wait_for_http(f"http://127.0.0.1:{port}/")
    running.wait_for_line("no control socket.*permission denied")
    running.wait_for_line("could not be kept: .*permission denied")

    os.kill(running.pid, signal.SIGHUP)
    running.wait_for_line("Generation 2 serves")
    assert running.stderr.count("no control socket") == 1
    note("served and reloaded, the socket told of once")
