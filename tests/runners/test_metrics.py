"""The metrics of real servers: of all workers together, whatever becomes of these."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.edited import BRIEF, PATCHES, Edited, start_edited
from tests.support.load import loading
from tests.support.processes import free_port, run_cli, wait_until
from tests.support.projects import write_files
from tests.support.served import Served, write_profile

if TYPE_CHECKING:
    from tests.conftest import StartProcess

    Found = dict[tuple[str, ...], float]

pytestmark = pytest.mark.prepared

REQUESTS = "assembler_http_requests_total"
COUNTED = ("_total", "_count", "_sum", "_bucket")
# What counts in a worker is always below this, and in the file of the dead as well.
KINDS = ("counter", "histogram", "gauge_livesum")
PROFILE = "extensions: [metrics, 'tests.runner_app:add_routes']\n"


# What gunicorn's master does is the same for all of its workers.
MASTERS = [pytest.param("gevent", marks=pytest.mark.long), "threads"]


@pytest.fixture
def shop(
    request: pytest.FixtureRequest, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> Edited:
    """Return a server of two workers with metrics, of threads unless the test asks for both."""
    patches = PATCHES[getattr(request, "param", "threads")]
    return start_edited(process, tmp_path, runtime_folder, patches, step="metrics")


def read_metrics(served: Served) -> Found:
    """Ask for the metrics: values by name and labels, these in the order of their names."""
    answer = served.get("/metrics")
    assert answer.status == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def find_folder(shop: Edited) -> Path:
    """Return the folder of the metrics, beside the control socket of this one server."""
    with shop.connect() as client:
        socket = client.getpeername()
    (folder,) = (
        file
        for file in Path(socket).parent.glob("*.metrics-*")
        if file.name.endswith(f"-{shop.served.process.pid}")
    )
    return folder


def check_not_less(before: Found, after: Found) -> None:
    """Check that no counter has gone back, or away."""
    for key, value in before.items():
        if key[0].endswith(COUNTED):
            assert after[key] >= value, key


@pytest.mark.parametrize("shop", MASTERS, indirect=True)
def test_counters_never_go_back(shop: Edited) -> None:
    """Whatever becomes of the workers, each request is told; and the files stay few."""
    pids: set[int] = set()
    before = read_metrics(shop.served)
    told = before.get((REQUESTS, "GET", "/", "200"), 0)
    for number in range(4):
        for _ in range(10):
            shop.served.get("/")
        found = read_metrics(shop.served)
        check_not_less(before, found)
        assert found[REQUESTS, "GET", "/", "200"] == told + 10 * (number + 1)
        before = found
        pids |= {*shop.get_pids()}
        if number == 1:
            kill_a_worker(shop)
        elif number == 2:
            shop.change("rollback")
        else:
            shop.edit(f"text{number}", "metrics")
            shop.change("reload")

    def has_few_files() -> bool:
        read_metrics(shop.served)
        names = {file.name for file in find_folder(shop).glob("*.db")}
        living = {f"{kind}_{pid}.db" for kind in KINDS for pid in shop.get_pids()}
        return names <= living | {"counter_merged.db", "histogram_merged.db"}

    wait_until(has_few_files, "files of the living alone")
    assert len(pids) > 6


def find_ready(shop: Edited) -> list[int]:
    """Return the pids of the workers that serve; one that has ended meanwhile may be told."""
    status = shop.get_status()
    return [
        worker["pid"]
        for worker in status["workers"]
        if worker["is_ready"] and worker["generation"] == status["generation"]
    ]


def kill_a_worker(shop: Edited) -> None:
    """Kill a worker, and wait for the one that takes its place."""
    pid, *_ = find_ready(shop)
    os.kill(pid, signal.SIGKILL)

    def is_replaced() -> bool:
        ready = find_ready(shop)
        return len(ready) == 2 and pid not in ready

    wait_until(is_replaced, "a new worker")


@pytest.mark.parametrize("shop", MASTERS, indirect=True)
def test_counters_never_go_back_under_load(shop: Edited) -> None:
    """While workers write, others are killed, and what these have left is merged."""
    before = read_metrics(shop.served)
    with loading(shop.served.url, BRIEF, clients=4):
        for _ in range(2):
            kill_a_worker(shop)
            for _ in range(10):
                found = read_metrics(shop.served)
                check_not_less(before, found)
                before = found


@pytest.mark.parametrize("patches", [pytest.param("[gevent]", marks=pytest.mark.long), "[]"])
def test_outcomes_are_told(
    patches: str, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """Of boots, reloads and rollbacks, by any worker; a canary writes nothing.

    An edit has brought the metrics.
    """
    shop = start_edited(process, tmp_path, runtime_folder, patches)
    shop.edit("one", "metrics")
    shop.change("reload")
    shop.edit("two", "'steps:fail'")
    assert shop.ask("reload").returncode == 1
    shop.edit("three", "metrics", probation=600)
    shop.change("reload")
    known = {f"{kind}_{pid}.db" for kind in KINDS for pid in shop.get_pids()}
    assert {file.name for file in find_folder(shop).glob("*_[0-9]*.db")} <= known
    shop.change("rollback")
    kill_a_worker(shop)

    found = read_metrics(shop.served)

    outcomes = {
        key[1:]: value for key, value in found.items() if key[0] == "assembler_reloads_total"
    }
    assert outcomes == {
        ("reload", "ok"): 1,  # the first
        ("reload", "rejected"): 1,
        ("reload", "taken_back"): 1,
        ("rollback", "ok"): 1,
        ("rollback", "rejected"): 0,
        ("rollback", "taken_back"): 0,
    }
    assert found["assembler_worker_boots_total", "ok"] == 7
    (info,) = (key for key in found if key[0] == "assembler_info")
    assert info[1:] == (shop.get_status()["digest"], "2", "profile")


def test_a_worker_that_cannot_boot_is_told(shop: Edited) -> None:
    """Its code is broken since; the others serve."""
    write_files(shop.folder, {"steps.py": "broken("})
    os.kill(find_ready(shop)[0], signal.SIGKILL)
    shop.served.process.wait_for_line("It could not boot")

    def is_told() -> bool:
        return read_metrics(shop.served)["assembler_worker_boots_total", "failed"] > 0

    wait_until(is_told, "a failed boot")


@pytest.mark.parametrize("shop", [*PATCHES], indirect=True)
def test_the_lag_of_the_loop_is_told_where_there_is_one(shop: Edited) -> None:
    """As a histogram, of all workers."""
    name = "assembler_gevent_loop_lag_seconds_count"
    if shop.patches == "[gevent]":
        wait_until(lambda: read_metrics(shop.served)[name,] > 2, "some ticks")
    else:
        assert (name,) not in read_metrics(shop.served)


def test_the_folder_ends_with_the_server(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """And the next server removes that of one that was killed."""
    served = Served.start(process, tmp_path, f"{PROFILE}server: {{workers: 1}}\n")
    (folder,) = (runtime_folder / "assembler").glob(f"*.metrics-{served.process.pid}")
    left = folder.with_name(f"{folder.name.rpartition('-')[0]}-{(1 << 22) + 1}")
    left.mkdir()
    (left / "counter_1.db").touch()
    os.kill(served.process.pid, signal.SIGTERM)
    served.process.popen.wait()
    assert not folder.exists()

    bind = served.url.removeprefix("http://")
    again = process(["-m", "assembler", "run", "profile.yaml", "--bind", bind])
    again.wait_for_http(f"{served.url}/")
    assert not left.exists()


@pytest.mark.parametrize("patches", [pytest.param("[gevent]", marks=pytest.mark.long), "[]"])
def test_a_folder_of_the_users_is_emptied_at_a_cold_start_alone(
    patches: str, process: StartProcess, tmp_path: Path
) -> None:
    """What else is in it stays."""
    folder = tmp_path / "metrics"
    write_files(folder, {"counter_1.db": "old", "merging.json": "[]", "package.json": "{}"})
    served = Served.start(
        process,
        tmp_path,
        f"patches: {patches}\n{PROFILE}server: {{workers: 2}}\n",
        env={"PROMETHEUS_MULTIPROC_DIR": str(folder)},
    )
    before = read_metrics(served)
    assert {key[0] for key in before} >= {"assembler_info", REQUESTS}
    os.kill(served.process.pid, signal.SIGHUP)
    wait_until(lambda: served.process.stderr.count("Generation 2 serves") == 1, "reload")

    check_not_less(before, read_metrics(served))
    names = {file.name for file in folder.iterdir()}
    assert "counter_1.db" not in names
    assert "package.json" in names


@pytest.mark.parametrize(
    "server",
    ["patches: [gevent]\nserver: {use: gevent}\n", "server: {use: werkzeug}\n"],
    ids=["gevent", "werkzeug"],
)
def test_a_server_of_one_process_tells_the_same(
    server: str, process: StartProcess, tmp_path: Path
) -> None:
    """No hook of the app's keeps Prometheus out."""
    write_files(
        tmp_path, {"closed.py": "from flask import abort\n\ndef close():\n    abort(403)\n"}
    )
    closed = "- {use: 'closed:close', as: before_request}"
    text = f"{server}extensions:\n- metrics\n- tests.runner_app:add_routes\n{closed}\n"
    served = Served.start(process, tmp_path, text)
    served.get("/")

    found = read_metrics(served)

    assert found[REQUESTS, "GET", "/", "403"] >= 1


def test_a_library_that_the_master_has_imported_is_told_of(
    process: StartProcess, tmp_path: Path
) -> None:
    """A worker could not tell what the others count."""
    hooks = "import prometheus_client\n\ndef when_ready(arbiter):\n    pass\n"
    write_files(tmp_path, {"hooks.py": hooks})
    server = "server: {workers: 2, with: {when_ready: {$import: 'hooks:when_ready'}}}\n"
    served = Served.start(process, tmp_path, f"{PROFILE}{server}")

    found = read_metrics(served)

    assert found["assembler_step_incomplete", "extension", "partial", "metrics"] == 1
    assert "prometheus_client was imported before" in served.process.stderr


def test_a_worker_for_which_there_is_no_room_serves(process: StartProcess, tmp_path: Path) -> None:
    """A file that cannot grow would end it."""
    hooks = """\
import os

def when_ready(arbiter):
    found = list(os.statvfs("/"))
    found[4] = 1  # free blocks
    os.statvfs = lambda path: os.statvfs_result(found)
"""
    write_files(tmp_path, {"hooks.py": hooks})
    server = "server: {workers: 1, with: {when_ready: {$import: 'hooks:when_ready'}}}\n"
    served = Served.start(process, tmp_path, f"{PROFILE}{server}")

    assert read_metrics(served)[REQUESTS, "GET", "/", "200"] >= 1
    assert "no room for the metrics, worker " in served.process.stderr


def test_a_plain_gunicorn_tells_of_all_workers(process: StartProcess, tmp_path: Path) -> None:
    """With the user's folder; a worker that was killed is not forgotten."""
    write_profile(tmp_path, PROFILE)
    folder = tmp_path / "metrics"
    folder.mkdir()
    port = free_port()
    args = ["-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}", "assembler.wsgi:app"]
    env = {"ASSEMBLER_PROFILE": "profile.yaml", "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    served = Served.start_command(process, tmp_path, args, port, env)
    served.process.wait_for_http(f"{served.url}/")
    before = read_metrics(served)
    pid = served.process.wait_for_line(r"Booting worker with pid: (\d+)")[1]
    os.kill(int(pid), signal.SIGKILL)

    def is_merged() -> bool:
        check_not_less(before, read_metrics(served))
        return not [*folder.glob(f"*_{pid}.db")]

    wait_until(is_merged, "the merge of what it has left")


def test_without_a_folder_the_app_serves(process: StartProcess, tmp_path: Path) -> None:
    """It is said, and each worker tells of itself."""
    (tmp_path / "file").touch()
    served = Served.start(
        process, tmp_path, PROFILE, env={"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "file" / "x")}
    )

    assert read_metrics(served)[REQUESTS, "GET", "/", "200"] >= 1
    served.process.wait_for_line("no folder for the metrics, each worker tells only of itself: ")


@pytest.mark.parametrize("command", ["lint --deep", "doctor"])
def test_who_only_tries_the_app_writes_no_metrics(command: str, tmp_path: Path) -> None:
    """Wherever those of a server are."""
    write_files(tmp_path, {"shop.py": "def init_app(app): pass\n"})
    folder = tmp_path / "metrics"
    folder.mkdir()
    text = "version: 1\napp: {with: {import_name: shop}}\nextensions: [metrics]\n"
    write_files(tmp_path, {"profile.yaml": text})
    env = {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    result = run_cli(["-m", "assembler", *command.split(), "profile.yaml"], tmp_path, env)

    assert result.returncode == 0, result.stdout + result.stderr
    assert list(folder.iterdir()) == []
