"""The WSGI entry under somebody else's gunicorn, and under the ``flask`` command."""

from __future__ import annotations

import itertools
import re
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.processes import ROOT, free_port, run_cli, wait_until
from tests.support.served import RESOURCES, STRICT, Served, find_reports, write_profile

if TYPE_CHECKING:
    from tests.conftest import StartProcess

ALL = "[gevent, grpc, psycopg2]"
WORKERS = ["sync", "gthread", "gevent", "gunicorn.workers.ggevent.GeventWorker"]
PROFILE = {"ASSEMBLER_PROFILE": "profile.yaml"}
HALTED = "gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>"


def start_gunicorn(
    process: StartProcess, folder: Path, text: str, *options: str, strict: bool = True
) -> Served:
    """Start a plain gunicorn with two workers on the entry."""
    write_profile(folder, text)
    port = free_port()
    args = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", *options]
    args = [*(STRICT if strict else ()), *args, "assembler.wsgi:app"]
    return Served.start_command(process, folder, args, port, PROFILE)


def wait_for_refusal(served: Served) -> str:
    """Wait until gunicorn's master stops, as it does with 3, and give what was said.

    Where both workers end at the same moment, gunicorn 27 raises what stops it once more while it
    stops, and ends with 1 and its own traceback, which is left out.
    """
    status, said = served.process.wait(), served.process.stderr
    if status == 1 and said.rstrip().endswith(HALTED):
        return said[: said.rindex("Traceback")]
    assert status == 3, said
    return said


# Without `make faults`: gthread is of sync's kind, the class's path of gevent's.
TRIED = {
    *itertools.product(["sync"], ["[]", "[gevent]"], ["plain", "preload"]),
    ("gthread", "[]", "plain"),
    *itertools.product(["gevent"], ["[]", "[gevent]"], ["plain"]),
    ("gevent", "[gevent]", "preload"),
    (WORKERS[3], ALL, "plain"),
}


@pytest.mark.parametrize(
    ("worker", "patches", "way"),
    [
        pytest.param(*one, marks=() if one in TRIED else pytest.mark.long)
        for one in itertools.product(WORKERS, ["[]", "[gevent]", ALL], ["plain", "preload"])
    ],
)
def test_every_worker_class_is_right_or_refused(
    worker: str, patches: str, way: str, process: StartProcess, tmp_path: Path
) -> None:
    """Refused once, with the remedy, and with the status at which gunicorn's master stops."""
    preload = ["--preload"] if way == "preload" else []
    served = start_gunicorn(process, tmp_path, f"patches: {patches}", "-k", worker, *preload)
    is_gevent = worker not in {"sync", "gthread"}

    if preload and (is_gevent or patches != "[]"):
        expected = ("ASM409", "without --preload")
    elif is_gevent and patches == "[]":
        expected = ("ASM407", "Run this profile in a process of its own")
    elif not is_gevent and patches != "[]":
        expected = ("ASM408", "gunicorn -k gevent")
    else:
        served.process.wait_for_http(served.url + "/", status=200)
        assert served.get("/process").json()["patched"] is is_gevent
        reports = served.wait_for_reports(1 if preload else 2)
        for report in reports:
            live = {patch["name"]: patch["by"] for patch in report["patches"]}
            assert list(live) == patches.strip("[]").replace(",", "").split()
            # What patched the standard library is gunicorn; the rest is ours.
            assert live.pop("gevent", "gunicorn -k").startswith("gunicorn -k")
            assert set(live.values()) <= {"assembler"}
        return

    said = wait_for_refusal(served)
    assert re.findall(r"error\[(ASM\d+)\]", said) == [expected[0]]
    assert expected[1] in said
    assert "Traceback" not in said
    assert said.count("Booting worker") <= 2


def test_a_broken_profile_stops_gunicorn_once(process: StartProcess, tmp_path: Path) -> None:
    """There is no storm of respawns."""
    text = "extensions: [tests.runner_app:fail_late]"
    served = start_gunicorn(process, tmp_path, text, strict=False)

    said = wait_for_refusal(served)
    assert said.count("ASM506") == 1
    assert said.count("Booting worker") == 2
    assert "Traceback" not in said


DEAF = """\
def post_fork(server, worker):
    if worker.age == 2:
        worker.init_signals = lambda: None
"""


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux has /proc")
def test_a_worker_that_misses_to_be_told_says_nothing_either(
    process: StartProcess, tmp_path: Path
) -> None:
    """As one that is told before it handles signals: the master has closed its sockets by then."""
    (tmp_path / "deaf.py").write_text(DEAF, "utf-8")
    text = "extensions: [tests.runner_app:fail_late]"
    # It waits for half of the timeout.
    options = ("--config", "deaf.py", "--timeout", "8")
    served = start_gunicorn(process, tmp_path, text, *options, strict=False)
    said = wait_for_refusal(served)
    assert said.count("ASM506") == 1


def test_keys_of_server_are_listed_once_as_not_in_force(
    process: StartProcess, tmp_path: Path
) -> None:
    """Somebody else's server reads none of them."""
    text = "server: {bind: '127.0.0.1:1', workers: 7, with: {timeout: 9}}"
    served = start_gunicorn(process, tmp_path, text)
    served.wait_for_reports(2)

    (line,) = re.findall(r".*ASM420.*", served.process.stderr)
    assert line.startswith("profile.yaml:5:9: info[ASM420]")
    assert "bind, workers, with" in line


@pytest.mark.parametrize("worker", ["gthread", "gevent"])
def test_a_request_in_flight_finishes_and_resources_close_in_reverse(
    worker: str, process: StartProcess, tmp_path: Path
) -> None:
    """It is gunicorn that does the first, and the end of the worker's process the second."""
    patches = "[gevent]" if worker == "gevent" else "[]"
    text = f"patches: {patches}\n{RESOURCES}"
    served = start_gunicorn(process, tmp_path, text, "-k", worker, "--workers", "1")
    served.process.wait_for_http(served.url + "/")

    with ThreadPoolExecutor() as pool:
        answer = pool.submit(served.get, "/slow/0.7")
        served.wait_for_log("request")
        assert served.process.terminate() == 0

    assert answer.result().text == "well"
    assert served.read_log() == ["open a", "open b", "request", "close b", "close a"]


def test_the_profile_must_be_named(tmp_path: Path) -> None:
    """The variable and an example of it are in the message."""
    done = run_cli(["-c", "import assembler.wsgi"], tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        (
            "ASSEMBLER_PROFILE:1:1: error[ASM802] the environment variable ASSEMBLER_PROFILE is not"
            " set, expected a profile's path [profile-not-named]"
        ),
        "  hint: Set it, as in ASSEMBLER_PROFILE=profiles/web.yaml.",
    ]


def test_the_app_is_an_attribute_of_the_module(tmp_path: Path) -> None:
    """Some servers look into the module's dictionary, and do not ask ``__getattr__``."""
    write_profile(tmp_path, "patches: []")
    script = "import assembler.wsgi as wsgi; print(type(vars(wsgi)['app']).__name__)"

    done = run_cli([*STRICT, "-c", script], tmp_path, PROFILE)

    assert done.stdout == "Flask\n"
    assert len(find_reports(done.stderr)) == 1


@pytest.mark.parametrize("server", ["waitress", "uwsgi", "mod_wsgi", "hypercorn"])
def test_other_servers_are_never_patched(server: str, tmp_path: Path) -> None:
    """They have threads and sockets by then: the remedy is said instead."""
    write_profile(tmp_path, "patches: [gevent]")
    (tmp_path / f"{server}.py").touch()
    (tmp_path / "start.py").write_text(f"import {server}, assembler.wsgi\n", "utf-8")

    done = run_cli(["-m", "tests.support.forked_script", "start.py"], tmp_path, PROFILE)

    assert done.returncode == 1
    assert f"ASM408] patch 'gevent' is the task of {server} here" in done.stderr
    assert "assembler run" in done.stderr


SPELLINGS = [
    ["-m", "flask", "db", "which"],
    ["-m", "flask", "--app", "wsgi", "db", "which"],
    ["-m", "flask", "-A", "assembler.wsgi", "db", "which"],
    ["-m", "flask", "--app=assembler.wsgi:app", "db", "which"],
    ["-m", "flask", "--debug", "db", "which"],
    ["-m", "flask", "--no-debug", "-A", "wsgi", "db", "which"],
    ["flask", "db", "which"],
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a project with a root ``wsgi.py`` as this one's, and a command ``db`` of its own."""
    shutil.copy(ROOT / "wsgi.py", tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.assembler]\npackage = 'steps'\n")
    (tmp_path / "flask").write_text("import flask.cli\nflask.cli.main()\n")
    (tmp_path / "steps.py").write_text(
        "import click\n"
        "from flask import current_app\n"
        "from flask.cli import AppGroup\n"
        "db = AppGroup('db')\n"
        "@db.command()\n"
        "def which():\n"
        "    click.echo(current_app.extensions['assembler'].profile)\n"
        "    click.echo(current_app.debug)\n"
    )
    profiles = tmp_path / "profiles"
    profiles.mkdir()
    (profiles / "web.yaml").write_text("version: 1\nextensions: ['steps:db']\n")
    (profiles / "migrations.yaml").write_text(
        "version: 1\nrole: migrations\nextensions: ['steps:db']\n"
    )
    (profiles / "base.yaml").write_text("version: 1\nrole: migrations\nabstract: true\n")
    return tmp_path


@pytest.mark.parametrize("spelling", SPELLINGS, ids=" ".join)
def test_every_spelling_of_a_db_command_builds_the_migrations_profile(
    spelling: list[str], checkout: Path
) -> None:
    """Whatever ``ASSEMBLER_PROFILE`` says; other tests leave it out."""
    env = {"ASSEMBLER_PROFILE": "profiles/web.yaml"}

    done = run_cli(spelling, checkout, env)

    assert done.stdout.splitlines()[:1] == ["migrations"], done.stderr


def test_other_commands_build_the_named_profile_else_the_web_one(checkout: Path) -> None:
    """Also where an argument of theirs is called ``db``."""
    (checkout / "profiles" / "other.yaml").write_text("version: 1\n")

    default = run_cli(["-m", "flask", "routes", "--sort", "endpoint"], checkout)
    named = run_cli(
        ["-m", "flask", "routes"], checkout, {"ASSEMBLER_PROFILE": "profiles/other.yaml"}
    )

    assert [report["profile"] for report in find_reports(default.stderr)] == ["web"]
    assert [report["profile"] for report in find_reports(named.stderr)] == ["other"]


def test_the_policy_names_the_migrations_profile(checkout: Path) -> None:
    """It goes before what the folder holds."""
    (checkout / "pyproject.toml").write_text(
        "[tool.assembler]\npackage = 'steps'\nmigrations = 'profiles/web.yaml'\n"
    )

    assert run_cli(SPELLINGS[0], checkout).stdout.startswith("web\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "second.yaml",
            '2 profiles in "profiles" have the role migrations: migrations.yaml, second',
        ),
        ("migrations.yaml", 'no profile in "profiles" has the role migrations'),
    ],
)
def test_no_single_migrations_profile_is_a_diagnostic(
    name: str, message: str, checkout: Path
) -> None:
    """With the way to name one."""
    role = "migrations" if name == "second.yaml" else "web"
    (checkout / "profiles" / name).write_text(f"version: 1\nrole: {role}\n")

    done = run_cli(SPELLINGS[0], checkout)

    assert done.returncode == 1
    assert f"error[ASM801] {message}" in done.stderr
    assert "as `migrations` in [tool.assembler]" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_debug_flag_is_the_profiles_under_flask(checkout: Path) -> None:
    """Flask would set it from FLASK_DEBUG alone, in which it reads ``off`` as true."""
    profile = checkout / "profiles" / "migrations.yaml"

    off = run_cli(SPELLINGS[0], checkout, {"FLASK_DEBUG": "off"})
    on = run_cli(SPELLINGS[4], checkout)
    written = profile.read_text()
    profile.write_text(written + "debug: true\n")
    declared = run_cli(SPELLINGS[0], checkout)
    profile.write_text(written + "config: [{use: values, with: {DEBUG: true}}]\n")
    configured = run_cli(SPELLINGS[0], checkout)

    flags = [done.stdout.split()[1] for done in (off, on, declared, configured)]
    assert flags == ["False", "True", "True", "True"]


def test_flask_run_shows_no_debugger_to_other_machines(checkout: Path) -> None:
    """Not even where the profile alone asks for debug."""
    (checkout / "profiles" / "web.yaml").write_text("version: 1\ndebug: true\n")

    done = run_cli(["-m", "flask", "run", "--host", "0.0.0.0", "--port", "0"], checkout)  # noqa: S104 - it is to be refused

    assert done.returncode == 1
    assert "--host:1:1: error[ASM413]" in done.stderr


def test_flask_run_waits_for_the_next_edit_under_its_reloader(
    process: StartProcess, tmp_path: Path
) -> None:
    """The process that watches assembles nothing; a broken edit becomes the page."""
    write_profile(tmp_path, "debug: true")
    port = free_port()
    args = ["-m", "flask", "--app", "assembler.wsgi", "run", "--port", str(port)]
    served = Served.start_command(process, tmp_path, args, port, PROFILE)
    served.process.wait_for_http(served.url + "/", status=200)
    assert len(served.wait_for_reports(1)) == 1

    write_profile(tmp_path, "debug: true\nextensionz: []")
    page = served.process.wait_for_http(served.url + "/", status=500)
    assert "extensionz" in page.text
    write_profile(tmp_path, "debug: true")
    served.process.wait_for_http(served.url + "/", status=200)


def test_flask_run_ends_with_a_broken_profile_where_nobody_waits(checkout: Path) -> None:
    """It is a diagnostic, without a traceback."""
    (checkout / "profiles" / "web.yaml").write_text("version: 1\nextensionz: []\n")

    done = run_cli(["-m", "flask", "run", "--port", "0"], checkout)

    assert done.returncode == 1
    assert done.stderr.startswith("profiles/web.yaml:2:1: error[ASM201]")
    assert "Traceback" not in done.stderr


def test_an_unpatched_process_stays_unpatched(process: StartProcess, tmp_path: Path) -> None:
    """``patches: []`` under ``flask run``, and no server is told apart from another."""
    write_profile(tmp_path, "patches: []")
    port = free_port()
    args = [*STRICT, "-m", "flask", "--app", "assembler.wsgi", "run", "--port", str(port)]
    served = Served.start_command(process, tmp_path, args, port, PROFILE)
    served.process.wait_for_http(served.url + "/", status=200)

    assert served.get("/process").json()["patched"] is False
    assert served.wait_for_reports(1)[0]["runner"] == "flask"
    assert served.process.terminate(signal.SIGINT) in {0, 1, 130, -signal.SIGINT}
    wait_until(lambda: served.process.popen.poll() is not None, "end")
