"""Test the project's own app: its three profiles, on both databases, under every runner."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import ROOT, free_port, http_get, run_cli, wait_until
from tests.support.served import find_reports

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess
    from tests.support.processes import RunningProcess

SECRET = "0123456789abcdef0123456789abcdef-of-the-tests"  # noqa: S105 - it guards nothing
MIGRATE = ["-m", "assembler", "migrate", "profiles/migrations.yaml"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of what a checkout has besides the package."""
    folder = tmp_path / "checkout"
    for name in ("profiles", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("wsgi.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(params=["sqlite", "postgres"])
def env(request: pytest.FixtureRequest, checkout: Path) -> dict[str, str]:
    """Return the environment of the app: its secret, its port and its database."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{checkout}/a.db" if is_sqlite else request.getfixturevalue("postgres_url")
    return {
        "DATABASE_URL": url,
        "SECRET_KEY": SECRET,
        "BIND": f"127.0.0.1:{free_port()}",
        "WORKERS": "1",
    }


# For what comes before the database is asked.
on_sqlite = pytest.mark.parametrize("env", ["sqlite"], indirect=True)


def get_patches(served: RunningProcess) -> list[str]:
    """Wait for the first report that is logged, and return its patches."""
    report = wait_until(lambda: next(iter(find_reports(served.stderr)), None), "report")
    return [patch["name"] for patch in report["patches"]]


RUNNERS = {
    "run": ["-m", "assembler", "run", "profiles/web.yaml"],
    "gunicorn": ["-m", "gunicorn", "-k", "gevent", "-b", "{bind}", "assembler.wsgi:app"],
    "flask": ["-m", "flask", "run", "--port", "{port}"],
    "assembler flask": [
        "-m", "assembler", "flask", "profiles/web.yaml", "run", "--port", "{port}",
    ],
}  # fmt: skip
FLASK = ("postgres", "flask")


@pytest.mark.parametrize(
    ("env", "runner"),
    [
        *(("postgres", "run"), ("postgres", "gunicorn"), ("sqlite", "flask")),
        ("sqlite", "assembler flask"),
        *(pytest.param(*one, marks=pytest.mark.long) for one in (("sqlite", "run"), FLASK)),
    ],
    indirect=["env"],
)
def test_the_web_profile_serves_the_journal_under_every_runner(
    checkout: Path, env: dict[str, str], process: StartProcess, runner: str
) -> None:
    """Migrated first, all three patches live, every step whole, and the boot in the journal."""
    migrated = run_cli(MIGRATE, checkout, env)
    assert migrated.returncode == 0, migrated.stderr
    args = [arg.format(bind=env["BIND"], port=env["BIND"].split(":")[1]) for arg in RUNNERS[runner]]
    named = {**env, "ASSEMBLER_PROFILE": "profiles/web.yaml"}
    served = process(args, checkout, named, is_prepared=runner == "run")
    url = f"http://{env['BIND']}"
    ready = served.wait_for_http(f"{url}/health/ready")
    assert (ready.status, ready.json()["degraded"]) == (200, []), served.output
    boots = http_get(f"{url}/api/boots").json()["boots"]
    assert {(boot["profile"], boot["role"], boot["outcome"]) for boot in boots} == {
        ("web", "web", "done")
    }
    (profile,) = http_get(f"{url}/api/profiles").json()["profiles"]
    assert profile["digest"] == boots[0]["digest"]
    assert get_patches(served) == ["gevent", "grpc", "psycopg2"]
    assert SECRET not in served.stdout + served.stderr + http_get(f"{url}/api/boots").text
    assert served.terminate() in {0, -15}  # Flask's own server has no handler for it


@pytest.mark.prepared
def test_readiness_tells_a_database_that_is_behind(
    checkout: Path, env: dict[str, str], process: StartProcess
) -> None:
    """Not migrated yet: 503, the journal degraded, and the app serves all the same."""
    served = process(RUNNERS["run"], checkout, env)
    url = f"http://{env['BIND']}"
    assert served.wait_for_http(f"{url}/health/live").status == 200
    ready = http_get(f"{url}/health/ready")
    assert (ready.status, ready.json()["degraded"]) == (503, ["journal"])
    assert run_cli(MIGRATE, checkout, env).returncode == 0
    served.wait_for_http(f"{url}/health/ready", status=200)  # an answer is kept for a second


def test_the_migrations_profile_has_the_database_and_migrate_only(
    checkout: Path, env: dict[str, str]
) -> None:
    """No patches, no routes of the journal, no row for its own boot."""
    planned = run_cli(
        ["-m", "assembler", "plan", "profiles/migrations.yaml", "--output-format", "json"],
        checkout,
        env,
    )
    steps = json.loads(planned.stdout)["steps"]
    assert [step["name"] for step in steps] == [
        "values", "logging", "database", "migrate", "journal",
    ]  # fmt: skip
    assert run_cli(MIGRATE, checkout, env).returncode == 0
    again = run_cli(MIGRATE, checkout, env)
    assert (again.returncode, again.stdout.partition(":")[0]) == (0, "nothing to do")
    routes = run_cli(
        ["-m", "assembler", "flask", "profiles/migrations.yaml", "routes"], checkout, env
    )
    assert "api" not in routes.stdout


@on_sqlite
@pytest.mark.parametrize(
    "spelling",
    [
        ["-m", "flask", "db", "upgrade"],
        pytest.param(["-m", "flask", "--app", "wsgi", "db", "upgrade"], marks=pytest.mark.long),
        pytest.param(["-m", "flask", "-A", "wsgi:app", "db", "upgrade"], marks=pytest.mark.long),
        pytest.param(["-m", "flask", "--debug", "db", "upgrade"], marks=pytest.mark.long),
    ],
)
def test_every_spelling_of_flask_db_builds_the_migrations_profile(
    checkout: Path, env: dict[str, str], spelling: list[str]
) -> None:
    """Whatever ASSEMBLER_PROFILE says."""
    done = run_cli(spelling, checkout, {**env, "ASSEMBLER_PROFILE": "profiles/web.yaml"})
    assert done.returncode == 0, done.stderr
    assert '"profile": "migrations"' in done.stderr
    assert "the database is at head" in done.stdout + done.stderr


def test_flask_db_migrate_finds_nothing_to_add(checkout: Path, env: dict[str, str]) -> None:
    """The revisions make just the table that the metadata has."""
    assert run_cli(MIGRATE, checkout, env).returncode == 0
    checked = run_cli(["-m", "flask", "db", "check"], checkout, env)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@on_sqlite
@pytest.mark.prepared
def test_the_debug_profile_leaves_the_process_unpatched(
    checkout: Path, env: dict[str, str], process: StartProcess
) -> None:
    """Werkzeug's server, and no patch at all."""
    assert run_cli(MIGRATE, checkout, env).returncode == 0
    served = process(["-m", "assembler", "run", "profiles/debug.yaml"], checkout, env)
    url = f"http://{env['BIND']}"
    assert served.wait_for_http(f"{url}/health/ready").status == 200
    assert get_patches(served) == []
    assert "Debugger is active" in served.stderr


@on_sqlite
@pytest.mark.prepared
@pytest.mark.parametrize("way", ["option", "variable"])
def test_the_web_profile_in_debug_is_unpatched_too(
    checkout: Path, env: dict[str, str], process: StartProcess, way: str
) -> None:
    """By --debug, and by FLASK_DEBUG=True."""
    args = [*RUNNERS["run"], "--no-reload", *(["--debug"] if way == "option" else [])]
    extra = {"FLASK_DEBUG": "True"} if way == "variable" else {}
    served = process(args, checkout, {**env, **extra})
    served.wait_for_http(f"http://{env['BIND']}/health/live")
    assert get_patches(served) == []


@pytest.mark.prepared
def test_without_a_secret_key_the_app_does_not_start(checkout: Path, process: StartProcess) -> None:
    """It says how one is made, once, and exits 1."""
    port = free_port()
    served = process(RUNNERS["run"], checkout, {"BIND": f"127.0.0.1:{port}"})
    assert served.wait() == 1
    assert served.stderr.count("error[ASM703]") == 1
    assert "secrets.token_hex" in served.stderr
    assert "Traceback" not in served.stderr
