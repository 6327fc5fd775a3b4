"""Celery's worker and beat with the app of a profile, against a real broker."""

from __future__ import annotations

import json
import re
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery
from sqlalchemy import create_engine, text

from assembler.entry.celery_status import Status
from assembler.planning.loading import load_plan
from tests.support.grpc_slow import run_slow_server
from tests.support.postgres import with_driver
from tests.support.processes import run_cli, wait_until
from tests.support.projects import write_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import StartProcess
    from tests.support.processes import RunningProcess
    from tests.support.redis import RedisServer

TASKS = """\
import os
import time
from pathlib import Path

import celery
from celery import shared_task
from flask import current_app, g

from assembler.entry import celery_status


@shared_task
def add(first, second):
    return [first + second, current_app.name, os.getpid()]


class Own(celery.Task):
    def __call__(self, *args):
        return self.run(*args)


@shared_task(base=Own, name="own")
def own():
    return current_app.name


@shared_task
def fail():
    g.failed = True
    raise ValueError("not today")


@shared_task
def read_ended():
    return current_app.extensions["ended"]


def watch(app):
    app.extensions["ended"] = []

    @app.teardown_appcontext
    def note(error):
        if g.pop("failed", False):
            app.extensions["ended"].append(type(error).__name__)


def open_slowly(app):
    if Path("first").exists():
        time.sleep(2)
    Path("first").touch()


def touch_often(app):
    celery_status.TOUCH_SECONDS = 0.1


def hang(app):
    time.sleep(60)


def break_app(app):
    Path("tries").open("a").write(f"{os.getpid()}\\n")
    raise RuntimeError("no way")


class Resource:
    def init_app(self, app):
        self.pid = os.getpid()

    def close(self):
        Path("closed").open("a").write(f"{self.pid == os.getpid()} {os.getpid()}\\n")
"""
BASE = """\
version: 1
abstract: true
app: {with: {import_name: shop}}
extensions:
  - use: celery
    with:
      broker_url: ${BROKER}
      result_backend: ${BROKER}
      include: [tasks]
"""
WORKER = "version: 1\nrole: worker\nextends: base.yaml\n"
READY = r"celery@\S+ ready"
BY_POOL = "patches: [{use: gevent, when: {pool: gevent}}]\n"
# Nobody else is there to be asked, which takes a second.
INFO = ("--", "--loglevel", "INFO", "--without-mingle")
ASSEMBLER = ("-W", "ignore", "-m", "assembler")  # Celery warns of a worker that is root


def write_project(folder: Path, text: str, *, modules: str = TASKS) -> None:
    """Write a project with the profiles `base.yaml` and `worker.yaml`."""
    policy = '[tool.assembler]\npackage = "shop"\nallow = ["shop", "tasks"]\n'
    files = {"base.yaml": BASE, "worker.yaml": text, "tasks.py": modules, "shop.py": ""}
    write_files(folder, {**files, "pyproject.toml": policy})


def start_worker(
    process: StartProcess, folder: Path, redis_server: RedisServer, *arguments: str
) -> RunningProcess:
    """Start `assembler worker` on the project's profile."""
    args = [*ASSEMBLER, "worker", "worker.yaml", *(arguments or INFO)]
    return process(args, folder, {"BROKER": redis_server.url})


@contextmanager
def sending(redis_server: RedisServer) -> Iterator[Celery]:
    """Give what sends tasks and reads their results."""
    celery = Celery(broker=redis_server.url, backend=redis_server.url, set_as_current=False)
    try:
        yield celery
    finally:
        celery.backend.client.close()
        celery.close()


def call(celery: Celery, name: str, *args: object) -> Any:  # noqa: ANN401 - whatever it returns
    """Send a task, and return its result."""
    return celery.send_task(name, args).get(timeout=60)


@pytest.mark.parametrize("pool", ["prefork", "threads", "solo"])
def test_tasks_run_in_the_context_of_the_app_in_every_pool(
    pool: str, process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """Those of a class of their own too; what a task raises reaches the context's teardown.

    A worker of gevent's is asked below, for what else it does.
    """
    text = f"{WORKER}extensions: [tasks:watch]\nworker: {{concurrency: 1}}\n"
    write_project(tmp_path, text)
    worker = start_worker(process, tmp_path, redis_server, *INFO, "-P", pool)
    worker.wait_for_line(READY)

    with sending(redis_server) as celery:
        check_context(celery, worker, has_children=pool == "prefork")
    assert worker.terminate() == 0


def check_context(celery: Celery, worker: RunningProcess, *, has_children: bool = False) -> None:
    """Check that tasks run in the context of the app of `tasks:watch`."""
    total, name, pid = call(celery, "tasks.add", 1, 2)
    assert (total, name) == (3, "shop")
    assert (pid == worker.pid) is not has_children
    assert call(celery, "own") == "shop"
    with pytest.raises(ValueError, match="not today"):
        call(celery, "tasks.fail")
    assert call(celery, "tasks.read_ended") == ["ValueError"]


def test_each_child_has_an_app_of_its_own_and_closes_it(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """The parent has none: what is opened before a fork would be shared."""
    step = "extensions: [{use: 'tasks:Resource', close: close}]\n"
    write_project(tmp_path, f"{WORKER}{step}worker: {{concurrency: 2}}\n")
    worker = start_worker(process, tmp_path, redis_server)
    worker.wait_for_line(READY)
    reports = wait_until(lambda: find_reports(worker, 2), "reports of both children")

    assert worker.terminate() == 0
    closed = [line.split() for line in (tmp_path / "closed").read_text().splitlines()]
    pids = {str(pid) for report in reports for pid in report["pids"]}
    assert {pid for is_own, pid in closed if is_own == "True"} == pids
    assert str(worker.pid) not in pids


def find_reports(worker: RunningProcess, count: int) -> list[dict[str, Any]] | None:
    """Return the reports of the apps that were assembled, once there are so many."""
    lines = re.findall(r'^\{"event": "assembled".*', worker.stderr, re.MULTILINE)
    return [json.loads(line) for line in lines] if len(lines) >= count else None


def test_an_app_that_cannot_be_assembled_ends_the_worker_with_one_message(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """Each child tries once; Celery alone would run tasks without an app, or fork without end."""
    write_project(tmp_path, f"{WORKER}extensions: [tasks:break_app]\nworker: {{concurrency: 3}}\n")
    worker = start_worker(process, tmp_path, redis_server)

    assert worker.wait() == 1
    assert worker.stderr.count("error[ASM506]") == 1
    assert "worker.yaml:4:14: error[ASM506] extension 'tasks:break_app' failed" in worker.stderr
    assert len((tmp_path / "tries").read_text().splitlines()) <= 3


def test_a_child_that_takes_too_long_ends_the_worker(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """It names the step, once."""
    text = f"{WORKER}extensions: [tasks:hang]\nserver: {{boot_timeout: 1}}\n"
    write_project(tmp_path, f"{text}worker: {{concurrency: 2}}\n")
    worker = start_worker(process, tmp_path, redis_server)

    assert worker.wait() == 1
    assert worker.stderr.count("error[ASM426]") == 1
    assert "step 'tasks:hang'" in worker.stderr


def test_a_child_that_replaces_another_may_take_its_time(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """Celery itself kills it after `worker_proc_alive_timeout`, again and again."""
    settings = "with: {worker_proc_alive_timeout: 1}"
    keys = f"worker: {{concurrency: 1, max_tasks_per_child: 1, {settings}}}\n"
    write_project(tmp_path, f"{WORKER}extensions: [tasks:open_slowly]\n{keys}")
    start_worker(process, tmp_path, redis_server)

    with sending(redis_server) as celery:
        pids = [call(celery, "tasks.add", number, 1)[2] for number in range(2)]
    assert len(set(pids)) == 2


DATABASE_TASKS = """\
import os

from celery import shared_task
from flask import current_app
from sqlalchemy import text

db = None


@shared_task
def ask(number):
    engine = current_app.extensions["sqlalchemy"].engine
    with engine.connect() as connection:
        found = connection.execute(text("SELECT :number, pg_backend_pid()"), {"number": number})
        return [*found.one(), os.getpid()]


def ask_once(app):
    with app.app_context():
        app.extensions["sqlalchemy"].session.execute(text("SELECT 1"))
        app.extensions["sqlalchemy"].session.remove()
"""


def test_children_share_no_connection(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer, postgres_url: str
) -> None:
    """A step that asks the database opens a connection, which a fork would share."""
    steps = "extensions: [{use: database, with: {url: '${DATABASE}'}}, 'tasks:ask_once']\n"
    text = f"{WORKER}{steps}worker: {{concurrency: 4, prefetch_multiplier: 1}}\n"
    write_project(tmp_path, text, modules=DATABASE_TASKS)
    env = {"BROKER": redis_server.url, "DATABASE": postgres_url}
    worker = process([*ASSEMBLER, "worker", "worker.yaml", *INFO], tmp_path, env)
    wait_until(lambda: find_reports(worker, 4), "reports of all children")

    with sending(redis_server) as celery:
        sent = [celery.send_task("tasks.ask", (number,)) for number in range(100)]
        answers = [one.get(timeout=60) for one in sent]
    assert [number for number, _, _ in answers] == list(range(100))
    by_child: dict[int, set[int]] = {}
    for _, backend, pid in answers:
        by_child.setdefault(pid, set()).add(backend)
    assert len(by_child) > 1
    assert all(len(backends) == 1 for backends in by_child.values())
    assert len(set.union(*by_child.values())) == len(by_child)


SLOW_TASKS = """\
import os

import grpc
from celery import shared_task
from flask import current_app
from sqlalchemy import text

from tests.support.grpc_slow import call_slow


@shared_task
def query():
    with current_app.extensions["sqlalchemy"].engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock_shared(7)"))


@shared_task
def call():
    with grpc.insecure_channel(os.environ["SLOW_GRPC"]) as channel:
        return call_slow(channel, 2)
"""


def test_a_gevent_worker_waits_for_many_at_once(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer, postgres_url: str
) -> None:
    """16 queries and 16 calls of gRPC: a driver that blocks the loop would make a queue of them.

    Its tasks run in the context of the app as well.
    """
    text = """\
version: 1
role: worker
extends: base.yaml
patches: [gevent, grpc, psycopg2]
extensions:
  - tasks:watch
  - use: database
    with: {url: "${DATABASE}", pool_size: 16, driver: psycopg2}
worker: {pool: gevent, concurrency: 40}
"""
    write_project(tmp_path, text, modules=f"{SLOW_TASKS}\n\n{TASKS}")
    with run_slow_server() as address, sending(redis_server) as celery:
        env = {"BROKER": redis_server.url, "DATABASE": postgres_url, "SLOW_GRPC": address}
        worker = process(
            [*ASSEMBLER, "worker", "worker.yaml", *INFO],
            tmp_path,
            {**env, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        worker.wait_for_line(READY)
        check_context(celery, worker)
        with keeping_others_waiting(postgres_url) as count_waiting:
            queries = [celery.send_task("tasks.query") for _ in range(16)]
            wait_until(lambda: count_waiting() == 16, "queries that wait at once")
        calls = [celery.send_task("tasks.call") for _ in range(16)]
        for one in queries:
            one.get(timeout=60)
        assert max(one.get(timeout=60) for one in calls) == 16
    (report,) = find_reports(worker, 1) or []
    assert {one["name"]: one["by"] for one in report["patches"]} == {
        "gevent": "celery",
        "grpc": "assembler",
        "psycopg2": "assembler",
    }


@contextmanager
def keeping_others_waiting(url: str) -> Iterator[Callable[[], int]]:
    """Hold the lock that the queries ask for; give what counts those that wait for it."""
    engine = create_engine(with_driver(url, "psycopg2"), isolation_level="AUTOCOMMIT")
    waiting = text(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
        "WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
    )
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(7)"))
        yield lambda: connection.execute(waiting).scalar_one()
        connection.execute(text("SELECT pg_advisory_unlock(7)"))
    engine.dispose()


def test_beat_sends_what_the_profile_schedules(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer, runtime_folder: Path
) -> None:
    """And says how it is, with a file that is touched while it is well."""
    schedule = "{often: {task: tasks.add, every_seconds: 0.2, args: [1, 2]}}"
    text = f"""\
version: 1
role: beat
extends: base.yaml
extensions: [{{name: celery, with: {{beat_schedule: {schedule}}}}}]
worker: {{health_file: alive}}
"""
    write_project(tmp_path, WORKER)
    write_files(tmp_path, {"beat.yaml": text})
    env = {
        "BROKER": redis_server.url,
        "XDG_RUNTIME_DIR": str(runtime_folder),
    }
    args = [*ASSEMBLER, "beat", "beat.yaml", "--", "--schedule", str(tmp_path / "sent")]
    beat = process(args, tmp_path, env)

    wait_until(lambda: count_messages(redis_server) > 2, "messages of beat's")
    wait_until((tmp_path / "alive").exists, "the health file")
    status = run_cli(["-m", "assembler", "status", "beat.yaml"], tmp_path, env)
    assert status.stdout.startswith("beat 'beat' from beat.yaml\n"), status.stderr
    assert ", connected\n" in status.stdout
    assert beat.terminate() == 0


def count_messages(redis_server: RedisServer) -> int:
    """Return how many messages wait in Celery's queue."""
    import redis  # noqa: PLC0415 - one test needs it

    with redis.Redis.from_url(redis_server.url) as client:
        count = client.llen("celery")
    assert isinstance(count, int)
    return count


def test_a_worker_says_what_it_is_made_of(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer, runtime_folder: Path
) -> None:
    """Its children, what their app skips, and what on disk differs; it takes no edit over."""
    text = (
        f"{WORKER}extensions: [{{use: 'tasks:watch', when: {{$config: MISSING, default: ''}}}}]\n"
    )
    write_project(tmp_path, f"{text}worker: {{concurrency: 2, health_file: alive}}\n")
    env = {
        "BROKER": redis_server.url,
        "XDG_RUNTIME_DIR": str(runtime_folder),
    }
    worker = process([*ASSEMBLER, "worker", "worker.yaml", *INFO], tmp_path, env)
    wait_until((tmp_path / "alive").exists, "the health file")
    ask = ["-m", "assembler", "status", "worker.yaml", "--output-format", "json"]
    wait_until(lambda: read_status(ask, tmp_path, env)["skipped"], "a child's report")

    status = read_status(ask, tmp_path, env)
    assert (status["role"], status["pool"], status["pid"]) == ("worker", "prefork", worker.pid)
    assert len(status["workers"]) == 2
    assert status["state"] == "connected"
    assert status["skipped"][0]["name"] == "tasks:watch"
    assert status["on_disk"]["state"] == "the same"
    reload = run_cli(["-m", "assembler", "reload", "worker.yaml"], tmp_path, env)
    assert reload.returncode == 1
    assert "the worker takes no edit over while it runs: restart it" in reload.stderr


def read_status(ask: list[str], folder: Path, env: dict[str, str]) -> dict[str, Any]:
    """Return the status of the one process that runs."""
    done = run_cli(ask, folder, env)
    assert done.returncode == 0, done.stderr
    (status,) = json.loads(done.stdout)
    assert isinstance(status, dict)
    return status


def test_health_file_is_left_alone_while_the_broker_is_away(
    process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """A probe sees it grow old."""
    keys = "worker: {pool: solo, health_file: alive}\n"
    write_project(tmp_path, f"{WORKER}extensions: [tasks:touch_often]\n{keys}")
    worker = start_worker(process, tmp_path, redis_server)
    alive = tmp_path / "alive"
    wait_until(alive.exists, "the health file")
    redis_server.stop()
    worker.wait_for_line("Trying again in 2.00 seconds")
    alive.unlink(missing_ok=True)
    worker.wait_for_line("Trying again in 4.00 seconds")  # many rounds later
    assert not alive.exists()

    redis_server.start()
    wait_until(alive.exists, "the health file again", timeout_seconds=60)


def test_health_file_is_touched_only_while_there_is_a_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the loop goes on without one, as that of a pool of gevent's does."""
    monkeypatch.setenv("BROKER", "memory://")
    write_project(tmp_path, f"{WORKER}worker: {{health_file: alive}}\n")
    status = Status(load_plan(tmp_path / "worker.yaml"), "worker")
    with ExitStack() as stack:
        for end in map(stack.enter_context, status.reports):
            end.settimeout(0)
        status.is_connected = lambda: False
        status.step()
        assert not (tmp_path / "alive").exists()

        status.is_connected = lambda: True
        status.step()
    assert (tmp_path / "alive").exists()


PLAIN = (*ASSEMBLER[:3], "celery", "-A", "assembler.celery")


def write_plain_project(folder: Path, redis_server: RedisServer, text: str) -> dict[str, str]:
    """Write a project, and return the environment in which the command `celery` finds it."""
    write_project(folder, text)
    (folder / ".env").write_text(f"BROKER={redis_server.url}\n", encoding="utf-8")
    return {"ASSEMBLER_DOTENV": "1", "ASSEMBLER_PROFILE": "worker.yaml"}


@pytest.mark.parametrize("pool", ["prefork", pytest.param("gevent", marks=pytest.mark.long)])
def test_plain_celery_has_the_same_app(
    pool: str, process: StartProcess, tmp_path: Path, redis_server: RedisServer
) -> None:
    """A command that asks the worker assembles nothing."""
    patches = BY_POOL if pool == "gevent" else ""
    text = f"{WORKER}{patches}worker: {{pool: {pool}, concurrency: 1}}\n"
    env = write_plain_project(tmp_path, redis_server, text)
    options = ["-P", pool] if pool == "gevent" else []
    worker = process([*PLAIN, "worker", *INFO[1:], *options], tmp_path, env)
    worker.wait_for_line(READY)

    with sending(redis_server) as sender:
        assert call(sender, "tasks.add", 1, 2)[:2] == [3, "shop"]
    done = run_cli([*PLAIN, "status"], tmp_path, env)
    assert done.returncode == 0, done.stderr
    assert "assembled" not in done.stderr


def test_a_command_that_runs_no_pool_is_not_refused_for_it(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    """Nor does it assemble anything."""
    text = f"{WORKER}{BY_POOL}worker: {{pool: gevent}}\n"
    env = write_plain_project(tmp_path, redis_server, text)

    done = run_cli([*PLAIN, "purge", "-f"], tmp_path, env)

    assert done.returncode == 0, done.stderr
    assert "assembled" not in done.stderr


REFUSED = {
    "role": (
        "version: 1\nextends: base.yaml\n",
        [],
        "error[ASM425] the role is web, and `worker` runs only worker",
    ),
    "pool-not-patched": (
        f"{WORKER}worker: {{pool: gevent}}\n",
        [],
        "worker.yaml:4:16: error[ASM451] the pool gevent needs the patch 'gevent'",
    ),
    "patched-without-pool": (
        f"{WORKER}patches: [gevent]\n",
        [],
        "worker.yaml:4:10: error[ASM451] the pool prefork runs without gevent",
    ),
    "pool-of-the-command": (
        f"{WORKER}patches: [gevent]\nworker: {{pool: gevent}}\n",
        ["--", "--pool=solo"],
        "error[ASM451] the pool solo runs without gevent",
    ),
    "pool-unknown": (
        WORKER,
        ["--", "-P", "eventlet"],
        "error[ASM451] the pool eventlet is not one that profiles support",
    ),
    "no-celery": (
        "version: 1\nrole: worker\napp: {with: {import_name: shop}}\n",
        [],
        "error[ASM452] Celery's commands need a step `celery` that runs",
    ),
    "skipped-celery": (
        f"{WORKER}extensions: [{{name: celery, when: false}}]\n",
        [],
        "error[ASM452] ",
    ),
    "module-missing": (
        f"{WORKER}extensions: [{{name: celery, with: {{include: [tasks, shop.tascs]}}}}]\n",
        [],
        "worker.yaml:4:53: error[ASM50",
    ),
    "module-not-allowed": (
        f"{WORKER}extensions: [{{name: celery, with: {{include: [antigravity]}}}}]\n",
        [],
        "error[ASM701] ",
    ),
    "setting-names-code": (
        f"{WORKER}worker: {{with: {{worker_consumer: 'antigravity:Sky'}}}}\n",
        [],
        "worker.yaml:4:34: error[ASM701] ",
    ),
    "setting-of-the-environment": (
        f'{WORKER}worker: {{with: {{worker_direct: "${{BROKER}}"}}}}\n',
        [],
        "worker.yaml:4:17: error[ASM453] worker_direct: expected true or false",
    ),
    "start-method": (
        f"{WORKER}worker: {{with: {{worker_pool_start_method: spawn}}}}\n",
        [],
        "worker.yaml:4:16: error[ASM453] worker_pool_start_method: expected fork",
    ),
    "broker-missing": (
        f"{WORKER}extensions: [{{name: celery, with: {{broker_url: ''}}}}]\n",
        [],
        "no broker is configured",
    ),
}


def test_beat_imports_what_the_policy_allows(tmp_path: Path, redis_server: RedisServer) -> None:
    """Celery imports the modules with tasks in beat as well, and those that the config lists."""
    write_project(tmp_path, WORKER)
    config = "config: [{use: values, with: {CELERY: {imports: [antigravity]}}}]\n"
    write_files(tmp_path, {"beat.yaml": f"version: 1\nrole: beat\nextends: base.yaml\n{config}"})
    env = {"BROKER": redis_server.url}
    done = run_cli([*ASSEMBLER, "beat", "beat.yaml"], tmp_path, env)

    assert done.returncode == 1, done.stderr
    assert "error[ASM701] " in done.stderr


@pytest.mark.parametrize("name", REFUSED)
def test_a_worker_that_cannot_be_right_is_refused(
    name: str, tmp_path: Path, redis_server: RedisServer
) -> None:
    """With one message, and without a traceback."""
    text, arguments, said = REFUSED[name]
    write_project(tmp_path, text)
    env = {"BROKER": redis_server.url}
    done = run_cli([*ASSEMBLER, "worker", "worker.yaml", *arguments], tmp_path, env)

    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert done.stderr.count("error[") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("way", ["BROKER_URL", "--broker"])
def test_message_names_what_really_gives_the_broker(way: str, tmp_path: Path) -> None:
    """The command `celery` takes its option from a variable, and sets another one to it."""
    write_project(tmp_path, WORKER)
    env = {"BROKER": "memory://"}
    env |= {way: "memory://there"} if way == "BROKER_URL" else {}
    options = ["--broker", "memory://there"] if way == "--broker" else []
    celery = ["-m", "celery", *options, "-A", "assembler.celery", "worker", "--pool", "solo"]

    done = run_cli(celery, tmp_path, env | {"ASSEMBLER_PROFILE": "worker.yaml"})

    assert done.returncode == 1, done.stderr
    said = f"{'variable' if way == 'BROKER_URL' else 'its option'} {way} [step-failed]"
    assert said in done.stderr
    assert done.stderr.count("error[") == 1
