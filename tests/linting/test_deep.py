"""Test `lint --deep`: real profiles, each assembled in a real process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.processes import ROOT, run_cli, wait_until
from tests.support.projects import write_files

if TYPE_CHECKING:
    from tests.conftest import StartProcess

POLICY = '[tool.assembler]\npackage = "shop"\n'
DATABASE = """\
  - use: values
    with: {SQLALCHEMY_DATABASE_URI: "postgresql://shop@db.example.org/shop"}
"""
# What a step does, by the name of the function that does it.
STEPS = """\
import contextlib
import ctypes
import os
import socket
import sys
import threading


def work(app):
    print("working")


def connect(app):
    socket.create_connection(("127.0.0.1", 1), timeout=3)


def connect_outside(app):
    socket.create_connection(("192.0.2.1", 80), timeout=3)


def look_up(app):
    socket.getaddrinfo("stock.example.org", 80)


def connect_quietly(app):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", 1), timeout=3)
    raise RuntimeError("no stock")


def connect_for_ever(app):
    while True:
        try:
            socket.create_connection(("127.0.0.1", 1), timeout=3)
        except OSError:
            threading.Event().wait(0.05)


def talk_to_itself(app):
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def hang(app):
    threading.Event().wait()


def crash(app):
    print("about to crash", flush=True)
    ctypes.string_at(0)


def abort(app):
    os.abort()


def leave(app):
    os._exit(4)


def leave_politely(app):
    sys.exit("no licence")


def print_much(app):
    for _ in range(200):
        print("x" * 10_000)
    os.write(2, b"straight to the descriptor\\n")


def fail(app):
    raise LookupError("stock")


def use_stock(app):
    app.stock


def make_folders(app):
    os.makedirs(os.path.join(app.instance_path, "stock"), exist_ok=True)
    with open(os.path.join(app.instance_path, "log"), "a") as log:
        log.write("appended")


def read_instance(app):
    with app.open_instance_resource("log") as log:
        assert log.read() == b"kept"


def wait(app):
    with open(os.environ["SHOP_PID_FILE"], "w") as file:
        file.write(str(os.getpid()))
    threading.Event().wait()


def start_child(app):
    import subprocess

    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    print("child", child.pid, flush=True)
    with open(os.environ["SHOP_PID_FILE"], "w") as file:
        file.write(str(child.pid))
    threading.Event().wait()


def make_app(import_name):
    sys.exit(5)


def load_remote():
    socket.create_connection(("192.0.2.1", 80), timeout=3)


db = None


def read_table(app):
    from sqlalchemy import text

    with app.app_context(), app.extensions["sqlalchemy"].engine.connect() as connection:
        connection.execute(text("SELECT title FROM books"))


def read_database_url(app):
    print(os.environ["DATABASE_URL"])
    assert os.environ["DATABASE_URL"].startswith("sqlite:///")
"""


@pytest.fixture(autouse=True)
def in_shop(tmp_path: Path) -> None:
    """Put the modules that profiles name into the test's folder."""
    write_files(
        tmp_path, {"pyproject.toml": POLICY, "shop/__init__.py": "", "shop/steps.py": STEPS}
    )


def lint(
    folder: Path, profiles: dict[str, str], *args: str, env: dict[str, str] | None = None
) -> tuple[int, list[dict[str, Any]], str]:
    """Lint profiles deeply; give the status, what was found, and standard error."""
    files = {f"profiles/{name}.yaml": f"version: 1\n{text}" for name, text in profiles.items()}
    write_files(folder, files)
    options = ["-m", "assembler", "lint", "--deep", "--output-format", "json", *args]
    done = run_cli(options, folder, env)
    assert "defect" not in done.stderr, done.stderr
    return done.returncode, json.loads(done.stdout), done.stderr


def use(*steps: str) -> str:
    """Return extensions that are functions of the test's own module."""
    return "extensions:\n" + "".join(f"  - shop.steps:{step}\n" for step in steps)


def test_a_profile_that_boots_is_clean_and_the_last_line_says_how_it_was_tried(
    tmp_path: Path,
) -> None:
    """An abstract base is not assembled, and counted as such."""
    profiles = {
        "base": "abstract: true\n" + use("work"),
        "web": "extends: base.yaml\n",
        "talking": use("talk_to_itself"),
    }
    status, found, said = lint(tmp_path, profiles, "--ignore", "overlay-changes-nothing")
    assert (status, found) == (0, [])
    assert said == (
        "3 profiles; 2 of 3 imported and assembled, each in its own process, without a network\n"
    )


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("connect", "it needs the network: ConnectionRefusedError"),
        ("connect_outside", "it needs the network: OSError"),
        ("look_up", "it needs the network: gaierror"),
        ("connect_quietly", "it tried to reach 127.0.0.1:1: RuntimeError: no stock"),
    ],
)
def test_a_step_that_needs_the_network_is_not_checked_and_the_rest_is(
    tmp_path: Path, step: str, said: str
) -> None:
    """It is info; what fails after it may fail because of it, and is not checked either."""
    status, found, _ = lint(tmp_path, {"web": use(step, "fail")})
    unchecked, *others = found
    assert (unchecked["line"], unchecked["severity"], unchecked["name"]) == (
        3,
        "info",
        "not-checked",
    )
    assert said in unchecked["message"]
    assert [one["name"] for one in others] == ["not-checked"]
    assert (status, others[0]["line"]) == (0, 4)
    assert f"'shop.steps:{step}', before it, was not checked" in others[0]["message"]


def test_what_cannot_follow_from_an_unchecked_step_stays_an_error(tmp_path: Path) -> None:
    """A name that is not there is not there with a network either."""
    text = use("connect") + "  - use: shop.steps:work\n    with: {colour: red}\n"
    status, found, _ = lint(tmp_path, {"web": text}, "--ignore", "ASM1")
    assert status == 1
    assert "wrong-option" in [one["name"] for one in found]


def test_config_that_comes_over_the_network_is_not_checked(tmp_path: Path) -> None:
    """Nor is what uses it."""
    text = (
        "config: [shop.steps:load_remote]\n"
        "extensions: [{use: shop.steps:work, with: {colour: {$config: COLOUR}}}]\n"
    )
    status, found, _ = lint(tmp_path, {"web": text}, "--ignore", "wrong-option")
    assert (status, {one["name"] for one in found}) == (0, {"not-checked"})


def test_what_only_the_caller_passes_is_not_checked(tmp_path: Path) -> None:
    """The linter passes no arguments; what has a default is tried with it."""
    text = (
        "config: [{use: values, with: {HUE: {$argument: hue, default: red}}}]\n"
        "extensions:\n"
        "  - {use: shop.steps:work, with: {colour: {$argument: colour}}}\n"
    )
    status, (found,), _ = lint(tmp_path, {"web": text}, "--ignore", "wrong-option")
    assert (status, found["name"], found["line"]) == (0, "not-checked", 4)
    assert found["message"] == (
        "extension 'shop.steps:work' is not checked, it needs what its caller passes: "
        'the caller passed no argument "colour"'
    )


def test_config_that_only_the_caller_has_is_not_checked(tmp_path: Path) -> None:
    """Nor is what uses it."""
    text = (
        "config: [{use: argument, with: {required: true}}]\n"
        "extensions: [{use: shop.steps:work, with: {colour: {$config: COLOUR}}}]\n"
    )
    status, found, _ = lint(tmp_path, {"web": text}, "--ignore", "wrong-option")
    assert (status, [one["name"] for one in found]) == (0, ["not-checked", "not-checked"])
    assert found[0]["message"] == (
        "config 'argument' is not checked, it needs what its caller passes: "
        "the profile needs what its caller passes as `create_app(…, config=)`"
    )
    assert found[0]["hint"] == "Write a `default` for what a caller may leave out."


def test_a_step_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """The place where it waits is said, and its child process does not outlive it."""
    file = tmp_path / "pid"
    status, found, _ = lint(
        tmp_path,
        {"web": use("start_child")},
        "--timeout",
        "3",
        env={"SHOP_PID_FILE": str(file)},
    )
    (one,) = found
    assert (status, one["name"], one["line"]) == (1, "assembling-timed-out", 3)
    assert "assembling timed out after 3 s" in one["message"]
    assert one["related"][0]["path"] == "shop/steps.py"
    assert one["related"][0]["message"] == "waits here, in start_child"
    pid = int(file.read_text("ascii"))
    wait_until(lambda: not _is_alive(pid), "end of the child process")


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"  # nobody waits for it in a container without an init


def test_a_step_that_tries_to_connect_until_its_time_is_over_is_not_checked(
    tmp_path: Path,
) -> None:
    """It might have come through with a network."""
    status, (one,), _ = lint(tmp_path, {"web": use("connect_for_ever")}, "--timeout", "3")
    assert (status, one["name"]) == (0, "not-checked")
    assert one["message"].endswith("trying to reach 127.0.0.1:1")


@pytest.mark.parametrize(
    ("step", "how"),
    [
        ("crash", "the process was killed by SIGSEGV"),
        ("abort", "the process was killed by SIGABRT"),
        ("leave", "the process exited with status 4"),
    ],
)
def test_a_step_that_ends_the_process_is_told_as_such(tmp_path: Path, step: str, how: str) -> None:
    """At the step, with the place and what was printed last; the other profiles are checked."""
    status, found, said = lint(tmp_path, {"web": use(step), "other": use("work")})
    (one,) = found
    assert (status, one["name"], one["path"]) == (1, "assembling-crashed", "profiles/web.yaml")
    assert one["message"] == f"{how} while extension 'shop.steps:{step}' ran"
    notes = [related["message"] for related in one["related"]]
    assert (f"ended here, in {step}" in notes) is (step != "leave")
    assert ('its last output: "about to crash"' in notes) is (step == "crash")
    assert "2 profiles, 1 error; imported and assembled" in said


def test_a_crash_leaves_no_core(tmp_path: Path) -> None:
    """Nor anything else in the project."""
    before = _list_files(tmp_path)
    lint(tmp_path, {"web": use("abort")})
    assert _list_files(tmp_path) - before == {"profiles/web.yaml"}


def _list_files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_sys_exit_in_a_step_is_a_failed_step_and_in_a_factory_a_crash(tmp_path: Path) -> None:
    """The process of the linter itself goes on."""
    profiles = {
        "step": use("leave_politely"),
        "factory": "app: {use: shop.steps:make_app, with: {import_name: shop}}\n",
    }
    status, found, _ = lint(tmp_path, profiles)
    names = {one["path"]: (one["name"], one["message"]) for one in found}
    assert status == 1
    assert names["profiles/step.yaml"][0] == "step-failed"
    assert "SystemExit: no licence" in names["profiles/step.yaml"][1]
    assert names["profiles/factory.yaml"] == (
        "assembling-crashed",
        "the app called `sys.exit()` while the app was made: SystemExit: 5",
    )


def test_an_exit_without_a_reason_is_told_with_what_was_printed_before(tmp_path: Path) -> None:
    """To standard error; the last line of what a library says there; secrets masked."""
    module = (
        "import argparse, sys\n"
        "def tell(app):\n    print('a page', file=sys.stdout)\n"
        "    print('no licence for sesame-token\\n', file=sys.stderr)\n    sys.exit(3)\n"
        "def parse(app):\n    argparse.ArgumentParser(prog='stock').parse_args(['--x'])\n"
        "def make(**options):\n    print('no stock', flush=True)\n    raise SystemExit(4)\n"
    )
    config = "config: [{use: values, with: {API_TOKEN: sesame-token}}]\n"
    profiles = {
        "tell": f"{config}extensions: [shop.exits:tell]\n",
        "parse": "extensions: [shop.exits:parse]\n",
        "make": "app: {use: shop.exits:make, with: {import_name: shop}}\n",
        "load": "extensions: ['shop.leaving:init']\n",
    }
    leaving = "print('bye')\nraise SystemExit\ndef init(app): pass\n"
    write_files(tmp_path, {"shop/exits.py": module, "shop/leaving.py": leaving})
    _, found, _ = lint(tmp_path, profiles)
    told = {one["path"]: one["message"] for one in found if one["severity"] == "error"}

    words = "extension 'shop.exits:{}' failed: SystemExit: {}, after it wrote \"{}\""
    assert told["profiles/tell.yaml"] == words.format("tell", 3, "no licence for ***")
    parse = "stock: error: unrecognized arguments: --x"
    assert told["profiles/parse.yaml"] == words.format("parse", 2, parse)
    assert told["profiles/make.yaml"].endswith('SystemExit: 4, after it wrote "no stock"')
    assert told["profiles/load.yaml"].endswith('SystemExit, after it wrote "bye"')


def test_what_an_app_prints_is_not_mixed_with_what_is_found(tmp_path: Path) -> None:
    """However much that is."""
    status, found, said = lint(tmp_path, {"web": use("print_much")})
    assert (status, found) == (0, [])
    assert "xxx" not in said
    assert "straight" not in said


def test_a_profile_with_errors_is_not_assembled(tmp_path: Path) -> None:
    """It is known already that it does not boot."""
    status, (one,), said = lint(tmp_path, {"web": use("hang") + "  - databse\n"})
    assert (status, one["name"]) == (1, "unknown-name")
    assert said == "1 profile, 1 error; none of 1 imported and assembled\n"


def test_what_is_found_by_assembling_can_be_silenced(tmp_path: Path) -> None:
    """Without --deep such a comment is not said to silence nothing."""
    comment = "  # assembler: ignore[step-failed] stock comes later\n"
    text = use("fail").rstrip() + comment
    assert lint(tmp_path, {"web": text})[:2] == (0, [])
    done = run_cli(["-m", "assembler", "lint"], tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    sound = {"web": use("work").rstrip() + comment}
    assert [one["name"] for one in lint(tmp_path, sound)[1]] == ["unused-ignore"]


def test_what_a_child_inherits_and_fails_is_reported_once(tmp_path: Path) -> None:
    """Where it is written, with the child as a related place."""
    profiles = {
        "base": "abstract: true\n" + use("fail"),
        "one": "extends: base.yaml\nname: eins\n",
        "two": "extends: base.yaml\nname: zwei\n",
    }
    _, found, _ = lint(tmp_path, profiles)
    (one,) = found
    assert (one["path"], one["line"]) == ("profiles/base.yaml", 4)
    assert {note["path"] for note in one["related"]} >= {"profiles/one.yaml", "profiles/two.yaml"}


def test_the_instance_folder_is_a_copy(tmp_path: Path) -> None:
    """What is in it can be read, and what is written is not written to it."""
    write_files(tmp_path, {"instance/log": "kept"})
    before = _list_files(tmp_path)
    text = use("read_instance", "make_folders") + "  - {use: directories, with: {paths: [a/b]}}\n"
    status, found, _ = lint(tmp_path, {"web": text})
    assert (status, found) == (0, [])
    assert (tmp_path / "instance/log").read_text("utf-8") == "kept"
    assert _list_files(tmp_path) - before == {"profiles/web.yaml"}
    assert not (tmp_path / "instance/a").exists()


def test_the_database_is_an_empty_one_whatever_the_profile_names(tmp_path: Path) -> None:
    """Steps that only set it up are checked; one that reads a table is not."""
    text = f"config:\n{DATABASE}extensions:\n  - database\n"
    assert lint(tmp_path, {"web": text})[:2] == (0, [])
    status, (one,), _ = lint(tmp_path, {"web": text + "  - shop.steps:read_table\n"})
    assert (status, one["name"]) == (0, "not-checked")
    assert "an empty SQLite database is not enough for it" in one["message"]
    assert "geheim" not in json.dumps(one)


def test_a_driver_that_is_not_there_is_found_though_its_database_is_not_asked(
    tmp_path: Path,
) -> None:
    """The profile's own engine is made first; it would connect to nothing."""
    text = (
        "config: [{use: values, with: {SQLALCHEMY_DATABASE_URI: 'mysql+pymysql://h/shop'}}]\n"
        "extensions: [database]\n"
    )
    status, found, _ = lint(tmp_path, {"web": text}, "--ignore", "driver-missing")
    assert (status, [one["name"] for one in found]) == (1, ["package-missing"])


def test_the_database_given_is_used_instead(tmp_path: Path, postgres_url: str) -> None:
    """It is reached without a network, by its Unix socket."""
    _execute(postgres_url, "CREATE TABLE books (title TEXT)")
    text = f"config:\n{DATABASE}extensions:\n  - database\n  - shop.steps:read_table\n"
    status, found, said = lint(tmp_path, {"web": text}, "--database-url", postgres_url)
    assert (status, found) == (0, [])
    assert said.endswith("without a network\n")


def _execute(url: str, statement: str) -> None:
    import psycopg2  # noqa: PLC0415 - only here

    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def test_an_error_of_the_database_given_is_an_error(tmp_path: Path) -> None:
    """Whoever gives a database says that it is like the real one."""
    text = f"config:\n{DATABASE}extensions:\n  - database\n  - shop.steps:read_table\n"
    url = f"sqlite:///{tmp_path}/given.db"
    status, (one,), _ = lint(tmp_path, {"web": text}, "--database-url", url)
    assert (status, one["name"]) == (1, "step-failed")
    assert "no such table: books" in one["message"]


def test_a_variable_that_names_the_database_is_replaced_for_the_code_too(tmp_path: Path) -> None:
    """A step that reads it past the profile does not reach the real one."""
    env = {"DATABASE_URL": "postgresql://shop:geheim@db.example.org/shop"}
    assert lint(tmp_path, {"web": use("read_database_url")}, env=env)[:2] == (0, [])


def test_a_variable_that_is_not_set_is_an_error(tmp_path: Path) -> None:
    """As when the profile is run."""
    text = 'config: [{use: values, with: {TITLE: "${SHOP_TITLE}"}}]\n'
    status, (one,), _ = lint(tmp_path, {"web": text})
    assert (status, one["name"]) == (1, "unset-variable")
    assert lint(tmp_path, {"web": text}, env={"SHOP_TITLE": "Corner"})[:2] == (0, [])


def test_patches_are_applied_and_servers_are_asked(tmp_path: Path) -> None:
    """All that `run` does before it serves."""
    profiles = {
        "patched": "patches: [gevent, grpc, psycopg2]\n" + use("work", "talk_to_itself"),
        "served": "server: {with: {user: nobody-of-that-name}}\n" + use("fail"),
    }
    status, found, _ = lint(tmp_path, profiles, "--ignore", "module-not-found")
    assert status == 1
    assert {(one["path"], one["name"]) for one in found} == {
        ("profiles/served.yaml", "wrong-server-setting"),
        ("profiles/served.yaml", "step-failed"),
    }


def test_plug_ins_of_the_current_folder_are_found_as_by_lint_itself(tmp_path: Path) -> None:
    """`python -m assembler` finds them there, and so does the process that assembles."""
    source = (
        "from assembler.steps.forms import Source\n"
        "SOURCE = Source('stock', 'Read the stock.', None, lambda _run, _options: {'STOCK': 1})\n"
    )
    entry_points = "[assembler.config_sources]\nstock = shop.stock_source:SOURCE\n"
    plug_in = {
        "shop/stock_source.py": source,
        "shop_stock-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: shop-stock\n",
        "shop_stock-1.0.dist-info/entry_points.txt": entry_points,
    }
    write_files(tmp_path, plug_in)
    assert lint(tmp_path, {"web": "config: [stock]\n"})[:2] == (0, [])


def test_the_journal_is_not_written(tmp_path: Path) -> None:
    """A trial is no boot."""
    url = f"sqlite:///{tmp_path}/given.db"
    text = f"config:\n{DATABASE}extensions: [database, migrate, journal]\n"
    status, found, _ = lint(tmp_path, {"web": text}, "--database-url", url)
    assert (status, found) == (0, [])
    file = tmp_path / "given.db"
    assert not file.exists() or not file.read_bytes()


def test_standard_input_is_wrong_usage(tmp_path: Path) -> None:
    """A profile that is assembled is a file."""
    done = run_cli(["-m", "assembler", "lint", "--deep", "-"], tmp_path)
    assert done.returncode == 2
    assert "--deep assembles files" in done.stderr


def _find_text(file: Path) -> str | None:
    return (file.read_text("ascii") or None) if file.exists() else None


@pytest.mark.parametrize(
    ("number", "status", "said"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "")]
)
def test_an_interrupt_ends_everything(
    tmp_path: Path, process: StartProcess, number: signal.Signals, status: int, said: str
) -> None:
    """As a shell has it; no process and no folder is left."""
    write_files(tmp_path, {"profiles/web.yaml": "version: 1\n" + use("start_child"), "tmp/x": ""})
    file = tmp_path / "pid"
    env = {"SHOP_PID_FILE": str(file), "TMPDIR": str(tmp_path / "tmp")}
    running = process(["-m", "assembler", "lint", "--deep"], tmp_path, env)
    pid = int(wait_until(lambda: _find_text(file), "child process"))
    assert running.terminate(number) == status
    assert running.stderr.strip() == said
    wait_until(lambda: not _is_alive(pid), "end of the child process")
    assert [left.name for left in (tmp_path / "tmp").iterdir()] == ["x"]


def test_a_trial_does_not_outlive_a_linter_that_is_killed(
    tmp_path: Path, process: StartProcess
) -> None:
    """Where the system tells a process that its parent is gone, as Linux does."""
    if sys.platform.startswith("linux"):
        write_files(tmp_path, {"profiles/web.yaml": "version: 1\n" + use("wait")})
        file = tmp_path / "pid"
        env = {"SHOP_PID_FILE": str(file), "TMPDIR": str(tmp_path)}
        running = process(["-m", "assembler", "lint", "--deep"], tmp_path, env)
        pid = int(wait_until(lambda: _find_text(file), "trial"))
        running.terminate(signal.SIGKILL)
        wait_until(lambda: not _is_alive(pid), "end of the trial")


def test_the_output_is_the_same_whatever_ends_first(tmp_path: Path) -> None:
    """Sorted by file, as ever."""
    profiles = {f"p{number}": use("fail", "work") for number in range(5)}
    first, again = (lint(tmp_path, profiles) for _ in range(2))
    assert first == again
    assert [one["path"] for one in first[1]] == [f"profiles/p{number}.yaml" for number in range(5)]


def test_the_projects_own_profiles_are_clean(tmp_path: Path) -> None:
    """In its own checkout, with the variables and the file that a web process has."""
    key = "c1f0a7de55b94a3f8f5b6a2d9e7714aa"
    (tmp_path / "secret_key").write_text(key, "utf-8")
    env = {
        "SECRET_KEY": key,
        "CREDENTIALS_DIRECTORY": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/journal.db",
    }
    done = run_cli(["-m", "assembler", "lint", "--deep", "profiles"], ROOT, env)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
    assert "4 of 5 imported and assembled" in done.stderr


AUDITED = """\
import errno, socket, sys
from assembler.trial.isolation import Guard, Reachable
noted = []
given = Reachable(frozenset({{"127.0.0.1"}}), {port})
Guard(noted.append, given, guards_internet=True).install()
socket.create_connection(("127.0.0.1", {port})).close()
for address in (("127.0.0.1", 1), ("192.0.2.1", 80), ("stock.example.org", 80)):
    try:
        socket.create_connection(address)
    except OSError as error:
        print(type(error).__name__, error.args[1])
with socket.socket(socket.AF_UNIX) as client:
    try:
        client.connect("/nowhere")
    except ConnectionRefusedError:
        print("unix")
print(noted[0] == "127.0.0.1:{port}", noted[1:])
socket.getaddrinfo("localhost", 80)
"""


def test_where_there_is_no_namespace_a_hook_refuses_all_but_the_database() -> None:
    """Connections, names and Unix sockets of Python's; each is noted."""
    import socket  # noqa: PLC0415 - only here

    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-c", AUDITED.format(port=port)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    assert done.stdout.splitlines() == [
        "ConnectionRefusedError refused by assembler lint --deep",
        "ConnectionRefusedError refused by assembler lint --deep",
        "gaierror refused by assembler lint --deep",
        "unix",
        "True ['127.0.0.1:1', '192.0.2.1:80', 'stock.example.org', '/nowhere']",
    ]


def test_a_database_beyond_this_machine_opens_the_network_to_itself(tmp_path: Path) -> None:
    """And the last line says so."""
    url = "postgresql://shop:geheim@127.0.0.1:1/shop"
    text = f"config:\n{DATABASE}extensions:\n  - database\n  - shop.steps:connect_outside\n"
    status, (one,), said = lint(tmp_path, {"web": text}, "--database-url", url)
    assert (status, one["name"]) == (0, "not-checked")
    assert "refused by assembler lint --deep" in one["message"]
    assert "with an audit hook against the network except the database" in said
    assert "geheim" not in said + json.dumps(one)


def test_trials_run_side_by_side(tmp_path: Path) -> None:
    """As many as there are processors: two that wait take hardly longer than one."""
    if len(os.sched_getaffinity(0)) > 1:
        meet = (
            "import os, time, pathlib\n"
            "def meet(app):\n"
            "    here = pathlib.Path(os.environ['SHOP_MEETING'])\n"
            "    (here / str(os.getpid())).touch()\n"
            "    while len(list(here.iterdir())) < 2:\n"
            "        time.sleep(0.02)\n"
        )
        meeting = tmp_path / "meeting"
        meeting.mkdir()
        write_files(tmp_path, {"shop/meeting.py": meet})
        text = "extensions: [shop.meeting:meet]\n"
        env = {"SHOP_MEETING": str(meeting)}
        assert lint(tmp_path, {"one": text, "two": text}, env=env)[:2] == (0, [])
