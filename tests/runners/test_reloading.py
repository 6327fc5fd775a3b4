"""Reload, roll back and ask a running server, as real processes under load."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import replace
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest

from assembler.__main__ import main
from assembler.runners import control_client, control_server
from assembler.runners.control_client import ask_socket
from assembler.runners.control_server import LIMIT_CLIENTS, ControlServer
from tests.support.edited import BRIEF, OWN, PATCHES, STEPS, Edited, start_edited
from tests.support.load import Load, loading
from tests.support.processes import RunningProcess, free_port, http_get, run_cli, wait_until
from tests.support.projects import write_files
from tests.support.served import STRICT, Served, write_profile

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartProcess


pytestmark = pytest.mark.prepared


EACH = [*PATCHES, "own"]
# What gunicorn's master does does not ask which workers it has.
MASTERS = [pytest.param("gevent", marks=pytest.mark.long), "threads", "own"]


@pytest.fixture
def shop(
    request: pytest.FixtureRequest, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> Edited:
    """Return a server with two workers of threads, unless the test asks for another kind.

    Under the name "own" it is gevent's own server.
    """
    kind = getattr(request, "param", "threads")
    if kind == "own":
        return start_edited(process, tmp_path, runtime_folder, "[gevent]", OWN)
    return start_edited(process, tmp_path, runtime_folder, PATCHES[kind])


@pytest.mark.parametrize("shop", EACH, indirect=True)
def test_a_good_edit_is_taken_over_without_a_break(shop: Edited) -> None:
    """Nothing is lost, and no answer waits for the boot of 2 s."""
    with loading(shop.served.url, BRIEF, clients=4) as load:
        wait_until(lambda: load.count > 20, "load")
        shop.edit("two", "{use: 'steps:slow', with: {seconds: 2}}")
        result = shop.ask("reload")
        assert shop.served.get("/").text == "two"  # once it is answered
        wait_for_new(load, "two")

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("generation 2 serves sha256:")
    assert load.lost == []
    assert load.count_failed() == 0
    assert load.longest_seconds < 2


def wait_for_new(load: Load, text: str) -> None:
    """Wait until nothing else is answered any more."""

    def look() -> bool:
        found = {*load.texts}
        load.texts.clear()
        return found == {text}

    wait_until(look, f"answers {text} alone")


def test_the_master_keeps_the_format_of_its_log(shop: Edited) -> None:
    """Gunicorn makes its log anew for each generation."""
    logging = "{use: logging, with: {pattern: 'MINE %(message)s'}}"
    shop.edit("two", logging, probation=60)
    result = shop.ask("reload")
    assert result.returncode == 0
    assert "in probation: too many 5xx answers bring the one before back" in result.stdout
    shop.edit("three", f"{logging}\n  - databse\n  - 'steps.missing:x'")
    result = shop.ask("reload")

    assert result.returncode == 1
    assert "'databse'" in result.stderr  # all that is wrong, as `lint` says it
    assert 'no module "missing"' in result.stderr
    shop.served.process.wait_for_line("^MINE The reload was refused, the app is unchanged")


BAD = {
    "raises": ("'steps:fail'", "it is broken"),
    "hangs": ("{use: 'steps:hang'}", "the boot took longer than 2 s, in step 'steps:hang'"),
    "leaves": ("'steps:leave'", "the canary ended in step 'steps:leave'"),
    "crashes": ("'steps:crash'", "signal SIGSEGV"),
    "forks": ("'steps:stray'", "it forked"),
    "only in workers": ("'steps:fail_in_workers'", "it is broken"),
    "answers 500": ("'steps:refuse'", "GET / answered 500"),
    "unknown name": ("databse", "no extension is called 'databse'"),
    "missing module": ("'steps.missing:x'", 'the package "steps" has no module "missing"'),
    "wrong option": ("{use: 'steps:slow', with: {minutes: 1}}", 'unknown option "minutes"'),
}


def test_a_bad_edit_leaves_the_workers_alone(shop: Edited) -> None:
    """Each is told with its reason, and kept for `status`; the same workers serve on."""
    pids = shop.get_pids()
    with loading(shop.served.url, BRIEF, clients=2) as load:
        for number, (bad, (step, reason)) in enumerate(BAD.items(), start=1):
            shop.edit(f"text{number}", step)
            result = shop.ask("reload")

            assert result.returncode == 1, bad
            assert reason in result.stderr, bad
            assert "generation 1 serves on" in result.stderr, bad
            assert load.lost == [], bad
            assert shop.get_status()["last_rejected"]["kind"] == "reload", bad
            log = shop.served.process.stderr
            assert log.count("[ERROR] The reload was refused, the app is unchanged") == number, bad
    assert [*load.texts] == ["one"]
    assert load.lost == []
    wait_until(lambda: shop.get_pids() == pids, "the same workers")


def test_a_profile_that_extends_the_edited_one_has_no_say(shop: Edited) -> None:
    """It may be broken, or lack a variable that only its own server has."""
    broken = "version: 1\nextends: ../profile.yaml\nextensions: [databse]\n"
    config = "config: [{name: other, use: values, with: {A: '${ELSEWHERE:?it is set there}'}}]\n"
    files = {"pyproject.toml": "[tool.assembler]\n", "profiles/other.yaml": broken + config}
    write_files(shop.folder, files)
    assert shop.ask("lint", "--env").returncode == 1  # it is found as one of them

    shop.edit("two")
    shop.change("reload")

    shop.wait_for_text("two")


def test_a_check_that_fails_only_in_the_new_app_refuses_it(shop: Edited) -> None:
    """It is named."""
    check = "health\n  - {use: 'steps:check', with: {ok: %s}}"
    shop.edit("two", check % "true")
    shop.change("reload")
    shop.edit("three", check % "false")
    result = shop.ask("reload")

    assert result.returncode == 1
    assert "GET /health/ready answered 503: search" in result.stderr


@pytest.mark.parametrize("shop", MASTERS, indirect=True)
def test_many_failures_bring_the_old_workers_back(shop: Edited) -> None:
    """The canary finds the app good, and then it answers 500."""
    pids = shop.get_pids()
    more = ", canary: {path: /fine}"
    shop.edit("two", "'steps:refuse_others'", probation=20, more=more)
    shop.change("reload")

    with loading(shop.served.url, BRIEF, clients=2) as load:
        shop.wait_for_text("one")
        load.wait_for_none_failed()

    assert load.lost == []
    status = shop.get_status()
    assert status["generation"] == 1
    assert status["state"] == "steady"
    assert "answers had a status from 500" in status["last_rejected"]["reason"]
    assert {*pids} <= {worker["pid"] for worker in status["workers"]}


def test_a_crash_in_probation_brings_the_old_workers_back(shop: Edited) -> None:
    """Without a restart by hand."""
    shop.edit("two", "'steps:crash_later'", probation=20)
    shop.change("reload")
    with pytest.raises(OSError, match=r"."):
        shop.served.get("/crash")

    shop.wait_for_text("one")  # which the old workers answer before the master has logged it
    shop.served.process.wait_for_line("a worker of the new generation ended: status 7")


@pytest.mark.parametrize("shop", MASTERS, indirect=True)
def test_rollback_goes_to_the_generation_before(shop: Edited) -> None:
    """In probation to the workers that are still there, later to new ones of the old profile."""
    shop.edit("two", probation=30)
    shop.change("reload")
    shop.change("rollback")
    shop.wait_for_text("one")
    assert shop.get_status()["generation"] == 1

    shop.edit("three")
    shop.change("reload")
    shop.wait_for_text("three")
    result = shop.ask("rollback")
    assert result.returncode == 0, result.stderr
    shop.wait_for_text("one")
    status = shop.get_printed_status()
    assert status["kind"] == "rollback"
    assert status["on_disk"]["state"] == "edited"
    assert "+      text: three" in status["on_disk"]["changes"]


NO_REQUESTS = (
    b"\xff\n",
    b"[1]\n",
    b'{"do": ["status"]}\n',
    b"[" * 4000 + b"\n",
    b"x" * 10_000_000,
)


def test_what_is_no_request_is_refused(shop: Edited) -> None:
    """And the server goes on."""
    for sent in NO_REQUESTS:
        with shop.connect() as client, suppress(BrokenPipeError, ConnectionResetError):
            client.sendall(sent)
            assert "error" in json.loads(client.recv(1000))

        assert shop.get_status()["generation"] == 1


def test_clients_that_say_nothing_keep_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They have some seconds for their request."""
    monkeypatch.setattr(control_server, "PATIENCE_SECONDS", 0.1)
    path = tmp_path / "control"
    server = ControlServer([path], lambda _, answer: answer({"done": True, "said": "here"}))
    with ExitStack() as silent, ThreadPoolExecutor() as pool:
        silent.callback(server.close)
        for _ in range(LIMIT_CLIENTS):
            silent.enter_context(closing(connect_to(path)))
        server.step()
        assert len(server.files) == LIMIT_CLIENTS  # and takes no others
        answer = pool.submit(ask_socket, path, do="status")

        def look() -> bool:
            server.step()
            return answer.done()

        wait_until(look, "answer")

    assert answer.result()["said"] == "here"


def connect_to(path: Path) -> socket.socket:
    """Connect to a Unix socket."""
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(path))
    return client


@pytest.mark.parametrize("answer", [None, b"\xff\n", b"5\n"], ids=["none", "garbage", "a number"])
def test_what_is_no_server_is_none(
    answer: bytes | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Though somebody listens at the socket, as a server that is stopped does."""
    write_profile(tmp_path, "extensions: []\n")
    monkeypatch.chdir(tmp_path)
    if answer is None:
        monkeypatch.setattr(control_client, "ANSWER_SECONDS", 0.1)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        listener.listen()
        if answer is not None:
            Thread(target=answer_once, args=(listener, answer), daemon=True).start()
        status = main(["status", "profile.yaml", "--control", "socket"])

    assert status == 1
    assert "no server of this profile runs here" in capsys.readouterr().err


def answer_once(listener: socket.socket, answer: bytes) -> None:
    """Answer one request with ``answer``."""
    client, _ = listener.accept()
    with client:
        client.recv(1000)
        client.sendall(answer)


HOOKS = {  # and whether a reload is refused that brings one that fails
    "pre_fork": True,
    "post_worker_init": True,
    "child_exit": False,
    "nworkers_changed": False,
    "on_reload": False,
}


@pytest.mark.parametrize("hook", [*HOOKS])
def test_a_hook_that_fails_does_not_end_the_server(hook: str, shop: Edited) -> None:
    """What it raises is told, without its secrets."""
    shop.edit("two", more=f", with: {{{hook}: {{$import: 'steps:{hook}'}}}}")
    result = shop.ask("reload")

    assert result.returncode == HOOKS[hook]
    shop.wait_for_text("one" if HOOKS[hook] else "two")
    said = shop.served.process.wait_for_line("no postgres://shop:.*")[0]
    assert "no postgres://shop:***@db/shop" in said
    assert "hunter2" not in result.stderr + shop.served.process.stderr


def test_a_long_reason_arrives(shop: Edited) -> None:
    """It is longer than what a socket keeps for its reader."""
    hook = "post_worker_init: {$import: 'steps:fail_at_length'}"
    shop.edit("two", more=f", with: {{{hook}}}")
    result = shop.ask("reload")

    assert result.returncode == 1
    assert result.stderr.startswith("RuntimeError: it is broken")


def test_no_worker_is_left_of_a_generation_that_could_not_be_forked(shop: Edited) -> None:
    """Though the second worker could have been."""
    pids = shop.get_pids()
    shop.edit("two", more=", with: {pre_fork: {$import: 'steps:fail_once'}}")
    result = shop.ask("reload")

    assert result.returncode == 1
    assert "no process to have" in result.stderr
    assert shop.get_pids() == pids


def test_without_a_generation_before_there_is_no_rollback(shop: Edited) -> None:
    """It is refused."""
    result = shop.ask("rollback")

    assert result.returncode == 1
    assert "there is no generation before this one" in result.stderr


def test_the_last_of_several_reloads_wins(shop: Edited) -> None:
    """While one is under way, others wait; they are decided together."""
    shop.edit("two", "{use: 'steps:slow', with: {seconds: 1}}")
    os.kill(shop.served.process.pid, signal.SIGHUP)
    wait_until(lambda: shop.get_status()["state"] != "steady", "reload")
    shop.edit("three")
    os.kill(shop.served.process.pid, signal.SIGHUP)
    result = shop.ask("reload")

    assert result.returncode == 0, result.stderr
    assert shop.served.get("/").text == "three"


def test_a_worker_that_cannot_boot_again_does_not_end_the_server(shop: Edited) -> None:
    """Its code is broken since: the others serve, and it is tried again ever later."""
    pids = shop.get_pids()
    write_files(shop.folder, {"steps.py": "broken("})
    os.kill(pids[0], signal.SIGKILL)
    shop.served.process.wait_for_line("It could not boot, next try in 0.5 s")
    assert shop.served.get("/").text == "one"

    write_files(shop.folder, {"steps.py": STEPS})
    wait_until(lambda: sum(w["is_ready"] for w in shop.get_status()["workers"]) == 2, "new worker")


@pytest.mark.parametrize("patches", [*PATCHES.values()])
def test_a_new_address_is_opened_and_an_old_one_closed(
    patches: str, process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """One that cannot be opened refuses the edit, and opens none of the others."""
    shop = start_edited(process, tmp_path, runtime_folder, patches)
    first, other, taken = shop.binds[0], f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    with socket.create_server(("127.0.0.1", int(taken.rpartition(":")[2]))):
        shop.binds[:] = [first, other, taken]
        shop.edit("two")
        result = shop.ask("reload")
    assert result.returncode == 1
    assert f'error[ASM414] the address "{taken}" is already in use' in result.stderr
    with pytest.raises(ConnectionRefusedError):
        connect(other)

    shop.binds[:] = [first, other]
    shop.edit("two")
    with loading(shop.served.url, BRIEF, clients=2) as load:
        shop.change("reload")
        assert http_get(f"http://{other}/").text == "two"
    assert load.lost == []

    shop.binds[:] = [other]
    shop.edit("three", probation=2)
    shop.change("reload")
    assert http_get(f"http://{first}/").text == "two"  # until the probation is over
    assert http_get(f"http://{other}/").text == "three"
    wait_until(lambda: is_refused(first), "end of the old address")


def test_sigterm_in_probation_leaves_no_socket(shop: Edited) -> None:
    """Not that of an address which the new generation does not have, either."""
    first = shop.binds[0]
    shop.binds[:] = [first, "unix:old"]
    shop.edit("two")
    shop.change("reload")
    file = shop.folder / "old"
    assert file.exists()
    shop.binds[:] = [first]
    shop.edit("three", probation=60)
    shop.change("reload")

    assert shop.served.process.terminate() == 0
    assert not file.exists()


def connect(address: str) -> None:
    """Connect, and leave."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=5).close()


def is_refused(address: str) -> bool:
    """Return whether nobody listens there."""
    try:
        connect(address)
    except ConnectionRefusedError:
        return True
    return False


@pytest.mark.parametrize("shop", ["gevent"], indirect=True)
def test_a_profile_that_needs_a_restart_says_so(shop: Edited) -> None:
    """The kind of server, and what gunicorn uses once."""
    shop.edit("two", more=", use: gevent")
    result = shop.ask("reload")

    assert result.returncode == 1
    expected = "error[ASM430] a reload cannot change the server from gunicorn to gevent"
    assert expected in result.stderr


@pytest.mark.parametrize("shop", ["gevent"], indirect=True)
def test_what_a_reload_has_lost_is_told(shop: Edited) -> None:
    """Patches, steps and routes, to whoever asks and in the log; what only comes is not."""
    shop.edit("two", "health")
    gained = shop.ask("reload")
    bare = replace(shop, patches="[]")
    bare.edit("three")

    lost = bare.ask("reload")

    assert (gained.returncode, gained.stderr) == (0, "")
    assert lost.returncode == 0, lost.stderr
    *steps, routes = lost.stderr.splitlines()
    assert steps == [
        "since the reload the patch 'gevent' is no longer applied",
        "since the reload the extension step 'health' is no longer carried out",
    ]
    found = re.fullmatch(r"since the reload it has (\d+) routes, and had (\d+)", routes)
    assert found is not None
    assert int(found[1]) == int(found[2]) - 3  # those of `health`
    assert "Since the reload the patch 'gevent' is no longer applied" in shop.served.process.stderr
    assert shop.served.get("/").text == "three"


@pytest.mark.parametrize("shop", MASTERS, indirect=True)
def test_rolling_replaces_one_worker_at_a_time(shop: Edited) -> None:
    """There are never more than one more, and nothing is lost."""
    with loading(shop.served.url, BRIEF, clients=4) as load:
        shop.edit("two", more=", rolling: true")
        result = shop.ask("reload")
        wait_for_new(load, "two")

    assert result.returncode == 0, result.stderr
    assert load.lost == []


def test_control_off_and_a_path_that_is_too_long(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """The app serves without it; the second says why it has none."""
    long = tmp_path / ("x" * 120)
    for control, said in (("off", None), (str(long), "its path is longer than 107 bytes")):
        folder = tmp_path / ("off" if said is None else "long")
        folder.mkdir()
        served = Served.start(
            process,
            folder,
            f"patches: []\nserver: {{control: {control}}}",
            env={"XDG_RUNTIME_DIR": str(runtime_folder)},
        )
        assert ("no control socket" in served.process.stderr) is (said is not None)
        assert said is None or said in served.process.stderr
        env = {"XDG_RUNTIME_DIR": str(runtime_folder)}
        result = run_cli(["-m", "assembler", "status", "profile.yaml"], folder, env)
        assert result.returncode == 1
        assert "error[ASM431] no server of this profile runs here" in result.stderr


def test_the_next_master_takes_the_control_socket_over(
    process: StartProcess, tmp_path: Path
) -> None:
    """Once the earlier one has ended, after SIGUSR2."""
    served = Served.start(process, tmp_path, "patches: []\nserver: {control: here.sock}")
    os.kill(served.process.pid, signal.SIGUSR2)
    served.wait_for_reports(2)
    assert served.process.terminate() == 0

    status = ["-m", "assembler", "status", "profile.yaml", "--control", "here.sock"]
    wait_until(lambda: run_cli(status, tmp_path).returncode == 0, "status")


def test_watch_takes_over_edits_by_itself(shop: Edited, tmp_path: Path) -> None:
    """Of the profile and of a file that it reads: atomic renames and links that are swapped too."""
    for number in (1, 2, 3):
        write_files(tmp_path, {f"v{number}/text": f"file{number}"})
    link, secret = tmp_path / "data", tmp_path / "data" / "text"
    link.symlink_to("v1")
    shop.edit(f"{{$file: {secret}}}", more=", watch: true")
    shop.change("reload")
    shop.wait_for_text("file1")

    new = tmp_path / "new"
    new.symlink_to("v2")
    new.rename(link)
    shop.wait_for_text("file2")

    file = tmp_path / "profile.yaml"
    edited = tmp_path / "edited"
    edited.write_text(file.read_text("utf-8").replace(f"{{$file: {secret}}}", "four"), "utf-8")
    edited.rename(file)
    shop.wait_for_text("four")


def test_watch_takes_over_edits_of_what_is_mounted(shop: Edited, tmp_path: Path) -> None:
    """Whose bases count, too."""
    inner = "version: 1\nextends: base.yaml\napp: {with: {import_name: tests.runner_app}}\n"
    base = "version: 1\nabstract: true\npatches: []\nextensions:\n"
    base += "  - {use: 'steps:hello', with: {text: TEXT}}\n"
    files = {"inner/inner.yaml": inner, "inner/base.yaml": base.replace("TEXT", "five")}
    write_files(tmp_path, files)
    shop.edit("one", "{use: mounts, with: {paths: {/in: inner/inner.yaml}}}", more=", watch: true")
    shop.change("reload")
    assert shop.served.get("/in/").text == "five"

    write_files(tmp_path, {"inner/base.yaml": base.replace("TEXT", "six")})

    wait_until(lambda: shop.served.get("/in/").text == "six", "the edit of a base")


def test_watch_sees_an_edit_that_is_made_while_workers_boot(shop: Edited) -> None:
    """Even right before they serve."""
    more = ", watch: true"
    shop.edit("one", more=more)
    shop.change("reload")
    shop.edit("three", more=more)
    (shop.folder / "profile.yaml").rename(shop.folder / "next.yaml")
    shop.edit("two", "'steps:edit_late'", more=more)

    shop.wait_for_text("three")


def test_werkzeug_refuses_to_watch(tmp_path: Path) -> None:
    """It says what to do instead."""
    write_profile(tmp_path, "server: {use: werkzeug, bind: 127.0.0.1:0}")
    result = run_cli(["-m", "assembler", "run", "profile.yaml", "--watch"], tmp_path)

    assert result.returncode == 1
    assert "--watch:1:1: error[ASM430] the werkzeug server cannot take over" in result.stderr


JOURNAL = """\
version: 1
patches: [gevent]
app: {with: {import_name: steps}}
config:
  - {use: values, with: {SQLALCHEMY_DATABASE_URI: "sqlite:///JOURNAL"}}
extensions:
  - database
  - {use: journal, with: {url_prefix: /journal}}
  - {use: 'steps:make_tables', app_context: true}
  - {name: hello, use: 'steps:hello', with: {text: one}}
server: {bind: ADDRESS, probation: {seconds: 0}}
"""
MAKE_TABLES = """

def make_tables(app):
    app.extensions["sqlalchemy"].create_all()
"""


def test_the_journal_tells_boots_reloads_and_rejections_apart(
    process: StartProcess, tmp_path: Path, runtime_folder: Path
) -> None:
    """The canary writes none."""
    write_files(tmp_path, {"steps.py": STEPS + MAKE_TABLES})
    env = {"XDG_RUNTIME_DIR": str(runtime_folder)}
    address = f"127.0.0.1:{free_port()}"
    text = JOURNAL.replace("JOURNAL", str(tmp_path / "journal.db")).replace("ADDRESS", address)
    file = tmp_path / "profile.yaml"
    file.write_text(text, "utf-8")
    running = process([*STRICT, "-m", "assembler", "run", "profile.yaml"], tmp_path, env)
    running.wait_for_http(f"http://{address}/")
    reload = ["-m", "assembler", "reload", "profile.yaml"]
    file.write_text(text.replace("text: one", "text: two"), "utf-8")
    assert run_cli(reload, tmp_path, env).returncode == 0
    file.write_text(text.replace("text: one", "wrong: two"), "utf-8")
    assert run_cli(reload, tmp_path, env).returncode == 1

    def look() -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(tmp_path / "journal.db")) as connection:
            query = "select kind, generation, outcome from assembler_boots order by started_at"
            rows = connection.execute(query).fetchall()
        return rows if len(rows) == len(expected) else []

    expected = [("boot", 1, "done"), ("reload", 2, "done"), ("rejection", 2, "failed")]
    assert wait_until(lambda: look() or None, "rows") == expected


def start_again(process: StartProcess, shop: Edited, *args: str) -> RunningProcess:
    """Start the server anew."""
    command = ["-m", "assembler", "run", "profile.yaml", *args]
    return process(command, shop.folder, {**shop.env, "PYTHONDONTWRITEBYTECODE": "1"})


def find_kept(shop: Edited) -> dict[str, Any] | None:
    """Return the last good profile, once it is kept."""
    files = [*(shop.folder / "instance").glob("last-good-*.json")]
    return json.loads(files[0].read_text("utf-8")) if files else None


@pytest.mark.parametrize("broken", ["syntax", pytest.param("step", marks=pytest.mark.long)])
def test_rescue_serves_the_last_good_profile(
    broken: str, shop: Edited, process: StartProcess
) -> None:
    """Loudly, and degraded; only if it is asked for, and until the profile is mended."""
    kept = wait_until(lambda: find_kept(shop), "last good profile")
    assert kept["digest"] == shop.get_status()["digest"]
    assert shop.served.process.terminate(signal.SIGTERM) == 0
    shop.edit("two", {"syntax": "{", "step": "'steps:fail'"}[broken])

    ended = start_again(process, shop)
    assert ended.wait() == 1

    rescued = start_again(process, shop, "--rescue")
    rescued.wait_for_http(f"{shop.served.url}/")
    assert shop.served.get("/").text == "one"
    assert "the last good one is served instead" in rescued.stderr
    status = shop.get_status()
    assert [one["name"] for one in status["degraded"]] == ["rescue"]
    assert status["kind"] == "rescue"

    shop.edit("three")
    shop.change("reload")
    shop.wait_for_text("three")
    assert shop.get_status()["degraded"] == []


def test_rescue_closes_what_the_broken_profile_opened(shop: Edited, process: StartProcess) -> None:
    """And with --watch it ends by itself once the profile is mended."""
    wait_until(lambda: find_kept(shop), "last good profile")
    assert shop.served.process.terminate(signal.SIGTERM) == 0
    first, other = shop.binds[0], f"127.0.0.1:{free_port()}"
    shop.binds[:] = [first, other]
    shop.edit("two", "'steps:fail'")

    rescued = start_again(process, shop, "--rescue", "--watch")
    rescued.wait_for_http(f"{shop.served.url}/")
    with pytest.raises(ConnectionRefusedError):
        connect(other)

    shop.binds[:] = [first]
    shop.edit("three")
    shop.wait_for_text("three")


def test_rescue_without_a_last_good_profile_says_why(shop: Edited, process: StartProcess) -> None:
    """Another version, another's file, rubbish, or none."""
    wait_until(lambda: find_kept(shop), "last good profile")
    assert shop.served.process.terminate(signal.SIGTERM) == 0
    (file,) = (shop.folder / "instance").glob("last-good-*.json")
    shop.edit("two", "{")
    text = file.read_text("utf-8")
    assert file.stat().st_mode & 0o777 == 0o600
    for kept, mode, why in (
        (text.replace('"version": 1', '"version": 2'), 0o600, "it is of another version"),
        (text, 0o644, "it is not this user's alone"),
        ("{", 0o600, "Expecting property name"),
        (None, 0, "No such file"),
    ):
        if kept is None:
            file.unlink()
        else:
            file.write_text(kept, "utf-8")
            file.chmod(mode)
        ended = start_again(process, shop, "--rescue")
        assert ended.wait() == 1
        assert "there is no last good profile to serve" in ended.stderr
        assert why in ended.stderr
        assert "error[ASM101]" in ended.stderr
