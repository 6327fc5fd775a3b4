"""The doctor tries an environment for real, and says what to do."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import textwrap
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine

from tests.support.postgres import execute_sql, with_driver
from tests.support.processes import free_port, run_cli, wait_until
from tests.support.scripts import run_script, write_files

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.redis import RedisServer

HEAD = "version: 1\napp: {with: {import_name: shop}}\n"
DOCTOR = ["-m", "assembler", "doctor", "web.yaml"]
DATABASE = """
config:
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "${DATABASE_URL}"}
extensions:
  - use: database
    with: {pool_size: 5, max_overflow: 5}
"""
REVISION = '''\
"""Make a table."""
revision = "0001"
down_revision = None


def upgrade():
    pass
'''
MIGRATED = {
    "migrations/env.py": "from assembler.database.migration import run_environment\n"
    "run_environment()\n",
    "migrations/versions/0001.py": REVISION,
}


def examine(
    folder: Path, text: str, env: dict[str, str] | None = None, *args: str
) -> tuple[int, list[dict[str, Any]]]:
    """Examine a profile with ``text`` in it, on a free port, and give the status and the rows."""
    if "server:" not in text:
        text += f"\nserver: {{bind: '127.0.0.1:{free_port()}'}}\n"
    write_files(folder, {"web.yaml": HEAD + text, "shop.py": ""})
    done = run_cli([*DOCTOR, "--output-format", "json", *args], folder, env)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout)


def find(rows: list[dict[str, Any]], check: str) -> list[tuple[str, str]]:
    """Return the verdicts of one check, each with what was found."""
    return [(row["verdict"], row["found"]) for row in rows if row["check"] == check]


def find_bad(rows: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Return what is not well."""
    return [(row["check"], row["verdict"], row["found"]) for row in rows if row["verdict"] != "ok"]


def test_healthy_environment_is_well(tmp_path: Path) -> None:
    """Every check that applies has a row, and nothing is left behind."""
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/shop.db"}
    patches = "patches: [gevent, grpc, psycopg2]"

    status, rows = examine(tmp_path, f"{patches}{DATABASE}  - migrate\n", env)

    assert (status, find_bad(rows)) == (0, [])
    assert list(dict.fromkeys(row["check"] for row in rows)) == [
        *("variables", "profile", "packages", "server", "ports", "patches", "files", "app"),
        *("database", "schema", "open_files", "load"),
    ]
    assert len(find(rows, "patches")) == len(find(rows, "load")) == 3
    assert not (tmp_path / "shop.db").exists()


def test_table_shows_check_verdict_finding_and_remedy(tmp_path: Path) -> None:
    """For people, on standard output; what the app prints goes elsewhere."""
    text = f"{HEAD}role: job\nextensions: ['shop:hello']\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": "def hello(app):\n    print('hello')\n"})

    done = run_cli(DOCTOR, tmp_path)

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout
    assert lines[0].split() == ["check", "verdict", "found"]
    assert any(line.startswith("app") and "ok       steps: 1, skipped: 0" in line for line in lines)
    assert "hello" not in done.stdout
    assert "hello" in done.stderr
    write_files(tmp_path, {"web.yaml": f"{HEAD}role: job\nextensions: [databse]\n"})
    _, *lines = run_cli(DOCTOR, tmp_path).stdout.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("profile"))
    assert "'databse'" in lines[at]
    assert lines[at + 1] == "  hint: Did you mean 'database'?"


def test_unset_variables_and_faults_of_the_profile_are_told_apart(tmp_path: Path) -> None:
    """What cannot be loaded cannot be tried further."""
    status, rows = examine(tmp_path, DATABASE + "  - databse\n")

    assert status == 1
    ((verdict, found),) = find(rows, "variables")
    assert verdict == "failed"
    assert found.startswith("web.yaml:6:")
    assert "DATABASE_URL" in found
    assert "databse" in find(rows, "profile")[0][1]
    assert {row["check"] for row in rows} == {"variables", "profile"}
    assert all(row["remedy"] for row in rows)


@pytest.mark.parametrize("package", ["packaging", "psycogreen"])
def test_missing_package_is_named_once_with_how_to_install_it(tmp_path: Path, package: str) -> None:
    """Gunicorn alone says "class uri invalid" where `packaging` is missing."""
    text = f"{HEAD}patches: [gevent, psycopg2]\nserver: {{bind: '127.0.0.1:{free_port()}'}}\n"
    script = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from assembler.__main__ import main\n"
        "sys.exit(main(['doctor', 'web.yaml', '--output-format', 'json']))\n"
    )
    write_files(tmp_path, {"web.yaml": text, "shop.py": "", "start.py": script})

    done = run_cli(["start.py"], tmp_path)
    rows = json.loads(done.stdout)

    assert done.returncode == 1
    (missing,) = [row for row in rows if row["check"] == "packages" and row["verdict"] == "failed"]
    assert missing["found"].startswith(f"the package '{package}' is not installed")
    assert missing["remedy"] == f"Run `pip install {package}`."


def test_package_that_is_too_old_is_named_with_what_is_expected(tmp_path: Path) -> None:
    """The version is the one that is installed, not the one that is imported."""
    script = """\
    import importlib.metadata, sys
    real = importlib.metadata.version
    importlib.metadata.version = lambda name: "2.0.1" if name.lower() == "flask" else real(name)
    from assembler.__main__ import main
    sys.exit(main(["doctor", "web.yaml", "--output-format", "json"]))
    """
    write_files(tmp_path, {"web.yaml": f"{HEAD}role: job\n", "shop.py": "", "start.py": script})

    done = run_cli(["start.py"], tmp_path)

    assert done.returncode == 1, done.stderr
    assert find_bad(json.loads(done.stdout)) == [
        ("packages", "failed", "Flask 2.0.1 is installed, expected flask>=3.1")
    ]


def test_port_in_use_fails(tmp_path: Path) -> None:
    """Every address is tried, and the others are free."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = f"server: {{bind: ['127.0.0.1:{port}', '127.0.0.1:{free_port()}']}}"

        status, rows = examine(tmp_path, server)

    assert status == 1
    assert [verdict for verdict, _ in find(rows, "ports")] == ["failed", "ok"]
    assert f'the address "127.0.0.1:{port}" is already in use' in find(rows, "ports")[0][1]


def test_files_of_the_server_and_the_temporary_folder_are_tried(tmp_path: Path) -> None:
    """A folder in TMPDIR that is not there is passed over by Python without a word."""
    server = f"server: {{bind: '127.0.0.1:{free_port()}', with: {{certfile: missing.pem}}}}"

    status, rows = examine(tmp_path, server, {"TMPDIR": str(tmp_path / "nowhere")})

    assert status == 1
    assert [verdict for verdict, _ in find(rows, "files")] == ["failed", "warning"]
    assert 'there is no file "missing.pem"' in find(rows, "files")[0][1]


def test_folders_of_the_server_that_cannot_be_made_are_warnings(tmp_path: Path) -> None:
    """It serves without them."""
    (tmp_path / "file").touch()
    places = "state: file/state, control: file/control.sock"
    server = f"server: {{bind: '127.0.0.1:{free_port()}', {places}}}"

    status, rows = examine(tmp_path, server)

    assert status == 0
    assert find(rows, "files")[:2] == [
        ("warning", f"the last good profile cannot be kept in '{tmp_path}/file/state'"),
        ("warning", f"no control socket can be made in {tmp_path}/file"),
    ]


def test_app_that_cannot_be_assembled_fails_with_its_diagnostic(tmp_path: Path) -> None:
    """What needs the app is left out."""
    status, rows = examine(tmp_path, "extensions: ['shop:missing']\n")

    assert status == 1
    (found,) = find(rows, "app")
    assert found[0] == "failed"
    assert "missing" in found[1]
    assert find(rows, "database") == []


def test_app_is_tried_as_a_canary_and_closed(tmp_path: Path) -> None:
    """Its steps can tell, and what they opened is closed."""
    shop = """\
    import os
    from pathlib import Path

    class Till:
        def __init__(self, app):
            is_canary = app.extensions["assembler"].is_canary
            Path("till").write_text(f"{is_canary} {os.environ['ASSEMBLER_CANARY']}")

        def close(self):
            Path("till").write_text(Path("till").read_text() + " closed")
    """
    text = f"{HEAD}role: job\nextensions: [{{use: 'shop:Till', as: call, close: close}}]\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": textwrap.dedent(shop)})

    done = run_cli(DOCTOR, tmp_path)

    assert done.returncode == 0, done.stdout
    assert (tmp_path / "till").read_text() == "True 1 closed"


def test_database_is_measured_and_its_limits_compared(tmp_path: Path, postgres_url: str) -> None:
    """With the pools of all workers, and twice that for a reload."""
    env = {"DATABASE_URL": with_driver(postgres_url, "psycopg2")}
    (allowed,) = execute_sql(
        postgres_url,
        "SELECT current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int",
    )[0]
    verdicts = []
    for workers in (2, allowed // 10, allowed):
        server = f"server: {{bind: '127.0.0.1:{free_port()}', workers: {workers}}}"
        status, rows = examine(tmp_path, DATABASE + server, env)
        (found,) = find(rows, "connections")
        verdicts.append((status, found[0]))
        assert found[1].startswith(f"{workers} x 10 = {workers * 10} connections at most")

    assert verdicts == [(0, "ok"), (0, "warning"), (1, "failed")]
    (found,) = find(rows, "database")
    assert found[1].startswith("the database, postgresql through psycopg2, answers in ")


@pytest.mark.parametrize(
    ("pool", "is_taken_back"),
    [
        ("pool_size: 1, max_overflow: 0", True),
        ("pool_size: 5", False),
        pytest.param("pool_size: 1, max_overflow: 0", False, marks=pytest.mark.long),
        pytest.param("pool_size: 5", True, marks=pytest.mark.long),
    ],
)
def test_queries_under_load_show_whether_the_patch_holds(
    tmp_path: Path, postgres_url: str, pool: str, *, is_taken_back: bool
) -> None:
    """A step that takes it back comes after the proof that it is live."""
    step = "  - shop:take_back\n" if is_taken_back else ""
    text = DATABASE.replace("pool_size: 5, max_overflow: 5", pool) + step
    write_files(
        tmp_path,
        {
            "web.yaml": f"{HEAD}role: job\npatches: [gevent, psycopg2]\n{text}",
            "shop.py": "from psycopg2 import extensions\n\n"
            "def take_back(app):\n    extensions.set_wait_callback(None)\n",
        },
    )
    env = {"DATABASE_URL": with_driver(postgres_url, "psycopg2")}

    done = run_cli([*DOCTOR, "--output-format", "json"], tmp_path, env)

    rows = json.loads(done.stdout)
    gevent, psycopg2 = find(rows, "load")
    count = 1 if "pool_size: 1" in pool else 2
    assert {verdict for verdict, _ in find(rows, "patches")} == {"ok"}
    assert gevent[0] == "ok"
    assert psycopg2[1].startswith(f"'psycopg2': {count} slow queries at once took ")
    assert (done.returncode, psycopg2[0]) == ((1, "failed") if is_taken_back else (0, "ok"))


@pytest.mark.parametrize("is_patched", [False, True])
def test_grpc_calls_under_load_show_whether_the_patch_holds(
    tmp_path: Path, *, is_patched: bool
) -> None:
    """Without it each call blocks the event loop, and the other one waits."""
    script = f"""\
    import gevent.monkey
    gevent.monkey.patch_all()
    import json
    import grpc.experimental.gevent
    if {is_patched}:
        grpc.experimental.gevent.init_gevent()
    from assembler.doctor.checks.load import examine_grpc
    print(json.dumps(examine_grpc().verdict))
    """

    assert run_script(script, folder=tmp_path) == ("ok" if is_patched else "failed")


def test_readiness_checks_of_the_steps_are_carried_out(tmp_path: Path) -> None:
    """With their causes, which the public route keeps to itself; secrets masked."""
    shop = """\
    def add(app):
        report = app.extensions["assembler"]
        report.add_check("till", lambda: True)
        report.add_check("broker", fail)

    def fail():
        raise OSError("no answer of redis://:hunter2@broker/0")
    """
    text = f"{HEAD}role: job\nextensions: ['shop:add']\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": shop})

    done = run_cli([*DOCTOR, "--output-format", "json"], tmp_path)

    rows = json.loads(done.stdout)
    assert done.returncode == 1
    assert [verdict for verdict, _ in find(rows, "readiness")] == ["ok", "failed"]
    assert "'broker' fails: OSError: no answer of redis://" in find(rows, "readiness")[1][1]
    assert "hunter2" not in done.stdout + done.stderr


def test_redis_is_asked_with_what_to_do(tmp_path: Path, redis_server: RedisServer) -> None:
    """Whether it is there, away, or refuses the user."""
    step = f"{HEAD}role: job\nextensions: [{{use: redis, with: {{url: {{$file: url}}}}}}]\n"
    port, away = redis_server.port, free_port()
    hosts = {"well": f"127.0.0.1:{port}", "away": f"127.0.0.1:{away}"}
    found = {}
    for name, host in {**hosts, "refused": f"shop:x@127.0.0.1:{port}"}.items():
        write_files(tmp_path, {"web.yaml": step, "url": f"redis://{host}"})
        rows = json.loads(run_cli([*DOCTOR, "--output-format", "json"], tmp_path).stdout)
        (found[name],) = (row for row in rows if row["check"] == "readiness")

    assert found["well"]["verdict"] == "ok"
    assert found["away"]["remedy"].startswith("Start the server that the step `redis` names")
    assert found["refused"]["remedy"].startswith("Correct the user and the password")


def test_database_that_is_away_fails_without_its_password(tmp_path: Path) -> None:
    """The schema cannot be compared either."""
    env = {"DATABASE_URL": f"postgresql+psycopg2://shop:hunter2@127.0.0.1:{free_port()}/shop"}
    write_files(tmp_path, MIGRATED)

    status, rows = examine(tmp_path, DATABASE + "  - migrate\n", env)

    assert status == 1
    assert [check for check, verdict, _ in find_bad(rows)] == ["database", "schema"]
    assert "hunter2" not in json.dumps(rows)


def test_patches_are_not_tried_on_a_database_that_is_away(tmp_path: Path) -> None:
    """Gevent would print what fails in a greenlet, with its traceback."""
    env = {"DATABASE_URL": f"postgresql+psycopg2://shop:hunter2@127.0.0.1:{free_port()}/shop"}

    status, rows = examine(tmp_path, f"patches: [gevent, psycopg2]{DATABASE}", env)

    assert status == 1
    assert ("warning", "'psycopg2': not tried") in find(rows, "load")


def test_sqlite_file_that_cannot_be_written_fails(tmp_path: Path) -> None:
    """The folder must be there, and be one."""
    (tmp_path / "data").touch()

    status, rows = examine(
        tmp_path, DATABASE, {"DATABASE_URL": f"sqlite:///{tmp_path}/data/shop.db"}
    )

    assert status == 1
    assert find(rows, "database") == [
        ("failed", f"the database: there is no folder '{tmp_path}/data'")
    ]


def test_schema_is_compared_with_the_head(tmp_path: Path) -> None:
    """Behind fails, head is well, and ahead is a warning."""
    file = tmp_path / "shop.db"
    env = {"DATABASE_URL": f"sqlite:///{file}"}
    write_files(tmp_path, MIGRATED)
    text = DATABASE + "  - migrate\n"
    unnamed = examine(tmp_path, text, env)
    write_files(tmp_path, {"profiles/job.yaml": HEAD + "role: migrations\n"})
    seen = [examine(tmp_path, text, env)]
    created = file.exists()
    for revision in ("0001", "0009"):
        with create_engine(env["DATABASE_URL"]).begin() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
            connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
            connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (revision,))
        seen.append(examine(tmp_path, text, env))

    assert not created
    for (_, rows), command in (
        (unnamed, "migrate` with"),
        (seen[0], "migrate profiles/job.yaml`."),
    ):
        (row,) = (row for row in rows if row["check"] == "schema")
        assert row["remedy"].startswith(f"Run `assembler {command}")
    assert [(status, find(rows, "schema")) for status, rows in seen] == [
        (1, [("failed", "at no revision, and the head is 0001")]),
        (0, [("ok", "at head, 0001")]),
        (0, [("warning", "ahead of this code, at 0009")]),
    ]


def test_limit_of_open_files_is_compared_with_connections(tmp_path: Path) -> None:
    """A warning: the limit is only met under load."""
    script = """\
    import resource, sys
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))
    from assembler.__main__ import main
    sys.exit(main(["doctor", "web.yaml", "--output-format", "json"]))
    """
    text = f"{HEAD}patches: [gevent]\nserver: {{bind: '127.0.0.1:{free_port()}', workers: 2}}\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": "", "start.py": script})

    done = run_cli(["start.py"], tmp_path)

    rows = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert find(rows, "open_files") == [
        ("warning", "a worker with 1000 clients needs 1064 files, only 512 are allowed")
    ]
    assert "LimitNOFILE=1064" in done.stdout


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import time; time.sleep(60)", "no answer within 5 s"),
        ("import os; os.kill(os.getpid(), 11)", "the process crashed"),
        ("import os; os._exit(0)", "the process crashed"),
    ],
)
def test_app_that_hangs_or_crashes_is_a_finding(tmp_path: Path, body: str, said: str) -> None:
    """Of the check that was in progress; those before it keep their rows."""
    text = f"{HEAD}role: job\nextensions: ['shop:fail']\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": f"def fail(app):\n    {body}\n"})

    done = run_cli([*DOCTOR, "--output-format", "json", "--timeout", "5"], tmp_path)

    rows = json.loads(done.stdout)
    assert done.returncode == 1
    assert find(rows, "app") == [("failed", said)]
    assert find(rows, "patches") == [("ok", "the profile has none")]


def test_wait_repeats_until_all_is_well(tmp_path: Path, process: StartProcess) -> None:
    """As an init step: what is mended meanwhile is seen, in a process that is new each time."""
    write_files(
        tmp_path,
        {
            "web.yaml": f"{HEAD}role: job\nextensions: ['shop:look']\n",
            "shop.py": "def look(app):\n    open('ready').close()\n",
        },
    )
    running = process([*DOCTOR, "--wait", "60"], tmp_path)
    running.wait_for_line("waiting up to 60 s until nothing fails: app")

    (tmp_path / "ready").touch()

    assert running.wait() == 0, running.output
    assert "failed" not in running.stdout


def test_wait_ends_in_time(tmp_path: Path) -> None:
    """With what failed last."""
    write_files(tmp_path, {"web.yaml": f"{HEAD}extensions: ['shop:no']\n", "shop.py": ""})

    done = run_cli([*DOCTOR, "--wait", "1.5"], tmp_path)

    assert done.returncode == 1
    assert "app         failed" in done.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there the kernel ends it")
def test_end_of_the_doctor_ends_what_it_tries(tmp_path: Path, process: StartProcess) -> None:
    """A signal to it alone leaves no process behind."""
    body = "    import os, time\n    open('pid', 'w').write(str(os.getpid()))\n    time.sleep(60)\n"
    text = f"{HEAD}role: job\nextensions: ['shop:hang']\n"
    write_files(tmp_path, {"web.yaml": text, "shop.py": f"def hang(app):\n{body}"})
    running = process(DOCTOR, tmp_path)
    pid = wait_until(lambda: _read_pid(tmp_path / "pid"), "app that hangs")

    running.terminate(signal.SIGTERM)

    wait_until(lambda: not _is_alive(pid), "end of what was tried")


def _read_pid(file: Path) -> int | None:
    text = file.read_text() if file.exists() else ""
    return int(text) if text else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
