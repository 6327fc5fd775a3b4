"""What is served, where and how: from a profile and the command line, before anything runs."""

from __future__ import annotations

import socket
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.runners.loading import Overrides, Serving, load_serving
from assembler.runners.sockets import check_binds, close_sockets, open_sockets
from assembler.runners.turn import Turn
from assembler.serving.bind import parse_bind
from assembler.serving.cpus import count_cpus, find_quota
from assembler.serving.settings import OURS
from tests.support.processes import run_cli
from tests.support.served import write_profile

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = Place("profile.yaml")


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Serving]:
    """Give a function that loads a profile's text, with what the command line says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(text: str = "", **overrides: object) -> Serving:
        write_profile(tmp_path, text)
        return load_serving("profile.yaml", Overrides(**overrides))  # type: ignore[arg-type]

    return load


def find_faults(call: Callable[[], object]) -> list[str]:
    """Give the diagnostics that ``call`` raises: place, code and message."""
    with pytest.raises(ProfileError) as raised:
        call()
    return [
        f"{found.place.span.line}:{found.place.span.column} {found.code} {found.message}"
        for found in raised.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "shown", "is_loopback"),
    [
        ("127.0.0.1:80", "127.0.0.1:80", True),
        ("localhost:0", "localhost:0", True),
        ("[::1]:8000", "[::1]:8000", True),
        (" 127.8.9.1:1 ", "127.8.9.1:1", True),
        (":8000", "0.0.0.0:8000", False),
        ("0.0.0.0:8000", "0.0.0.0:8000", False),
        ("[::]:8000", "[::]:8000", False),
        ("example.org:443", "example.org:443", False),
        ("unix:/run/app.sock", "unix:/run/app.sock", True),
        ("unix:///run/app.sock", "unix:/run/app.sock", True),
        ("unix:app.sock", "unix:/project/app.sock", True),
    ],
)
def test_addresses_are_read(text: str, shown: str, is_loopback: bool) -> None:  # noqa: FBT001 - a case
    """And whether only this machine reaches them is known."""
    bind = parse_bind(text, PLACE, Path("/project"))

    assert str(bind) == shown
    assert bind.is_loopback is is_loopback


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("8000", 'expected an address, got "8000"', "127.0.0.1:8000"),
        ("localhost", 'expected an address, got "localhost"', "HOST:PORT"),
        ("::1:80", 'expected an address, got "::1:80"', "brackets"),
        ("http://localhost:80", 'expected an address, got "http://', 'Leave out "http://"'),
        ("[::g]:80", 'expected an address, got "[::g]:80"', "HOST:PORT"),
        ("localhost:http", 'expected a port from 0 to 65535, got "http"', "HOST:PORT"),
        ("localhost:65536", 'expected a port from 0 to 65535, got "65536"', "HOST:PORT"),
        ("unix:", 'expected a path after "unix:"', "unix:/PATH"),
        ("", 'expected an address, got ""', "HOST:PORT"),
    ],
)
def test_what_is_no_address_is_refused(text: str, message: str, hint: str) -> None:
    """With what it might have been."""
    with pytest.raises(ProfileError) as raised:
        parse_bind(text, PLACE, Path("/project"))

    (found,) = raised.value.diagnostics
    assert (found.code, found.message[: len(message)]) == ("ASM415", message)
    assert hint in (found.hint or "")


def test_every_address_that_cannot_be_bound_to_is_said_at_once(tmp_path: Path) -> None:
    """In use, not of this machine, no folder, not a socket; and the good ones are free again."""
    (tmp_path / "file").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        texts = [
            f"127.0.0.1:{port}",
            "192.0.2.1:8000",
            "no.such.host.invalid:80",
            "unix:missing/app.sock",
            "unix:file",
            "unix:good.sock",
        ]
        binds = tuple(parse_bind(text, PLACE, tmp_path) for text in texts)

        faults = find_faults(lambda: check_binds(binds))

    assert len(faults) == 5
    assert f'1:1 ASM414 the address "127.0.0.1:{port}" is already in use' in faults
    for shown in ("192.0.2.1:8000", "no.such.host.invalid:80", "missing/app.sock", "/file"):
        assert [fault for fault in faults if "ASM415 cannot bind" in fault and shown in fault]
    assert not (tmp_path / "good.sock").exists()
    assert (tmp_path / "file").exists()


def test_a_unix_socket_is_replaced_only_if_nobody_serves_it(tmp_path: Path) -> None:
    """A server that was killed leaves its file behind."""
    binds = (parse_bind("unix:app.sock", PLACE, tmp_path),)
    opened = list(zip(binds, open_sockets(binds), strict=True))

    assert "already in use" in find_faults(lambda: open_sockets(binds))[0]
    opened[0][1].close()
    again = list(zip(binds, open_sockets(binds), strict=True))
    close_sockets(again)
    assert not (tmp_path / "app.sock").exists()


def write_cgroup(root: Path, own: str, files: dict[str, str]) -> Path:
    """Write a file system with a process in the cgroup ``own`` (a line of /proc/self/cgroup)."""
    for path, text in {"proc/self/cgroup": own, **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return root


@pytest.mark.parametrize(
    ("own", "files", "quota"),
    [
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "150000 100000\n"}, 1.5),
        ("0::/\n", {"sys/fs/cgroup/cpu.max": "max 100000\n"}, None),
        ("0::/a/b\n", {"sys/fs/cgroup/a/cpu.max": "50000 100000\n"}, 0.5),
        (
            "0::/a/b\n",
            {
                "sys/fs/cgroup/a/cpu.max": "400000 100000\n",
                "sys/fs/cgroup/a/b/cpu.max": "200000 100000\n",
            },
            2.0,
        ),
        ("0::/../host\n", {"sys/fs/cgroup/cpu.max": "300000 100000\n"}, 3.0),
        (
            "4:memory:/x\n3:cpu,cpuacct:/x\n",
            {
                "sys/fs/cgroup/cpu/x/cpu.cfs_quota_us": "250000\n",
                "sys/fs/cgroup/cpu/x/cpu.cfs_period_us": "100000\n",
            },
            2.5,
        ),
        (
            "3:cpu:/\n",
            {
                "sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
                "sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            },
            None,
        ),
    ],
)
def test_the_quota_of_a_cgroup_is_found(
    own: str, files: dict[str, str], quota: float | None, tmp_path: Path
) -> None:
    """Of both versions, and of the groups above."""
    assert find_quota(write_cgroup(tmp_path, own, files)) == quota


def test_workers_auto_is_at_least_one_and_at_most_what_there_is(
    tmp_path: Path, load: Callable[..., Serving]
) -> None:
    """A small quota still gives one."""
    root = write_cgroup(tmp_path, "0::/\n", {"sys/fs/cgroup/cpu.max": "10000 100000\n"})

    assert count_cpus(root) == 1
    assert count_cpus(tmp_path / "nothing") >= 1
    assert load("server: {workers: auto}").workers == count_cpus()
    assert load("server: {workers: 3}").workers == 3
    assert load("server: {workers: 3}", workers="5").workers == 5
    assert find_faults(lambda: load(workers="many")) == [
        '1:1 ASM205 expected a number of processes from 1, or auto, got "many"'
    ]


def test_the_server_follows_from_debug(load: Callable[..., Serving]) -> None:
    """Werkzeug with its reloader when debug, else gunicorn; what is written goes first."""
    chosen = [
        (serving.server, serving.use_reloader)
        for serving in (
            load(),
            load("debug: true"),
            load("debug: true", use_reloader=False),
            load(debug=True),
            load("debug: true", debug=False),
            load("debug: true\nserver: {use: gunicorn}"),
            load("server: {use: werkzeug}"),
        )
    ]

    assert chosen == [
        ("gunicorn", False),
        ("werkzeug", True),
        ("werkzeug", False),
        ("werkzeug", True),
        ("gunicorn", False),
        ("gunicorn", False),
        ("werkzeug", False),
    ]


def test_the_command_lines_addresses_replace_the_profiles(load: Callable[..., Serving]) -> None:
    """All of them."""
    serving = load("server: {bind: ['127.0.0.1:1', '127.0.0.1:2']}")
    overridden = load("server: {bind: '127.0.0.1:1'}", binds=("127.0.0.1:3",))

    assert [str(bind) for bind in serving.binds] == ["127.0.0.1:1", "127.0.0.1:2"]
    assert [str(bind) for bind in overridden.binds] == ["127.0.0.1:3"]
    assert [str(bind) for bind in load().binds] == ["127.0.0.1:5000"]


@pytest.mark.parametrize("server", ["gunicorn", "werkzeug"])
def test_debug_beyond_loopback_is_refused(server: str, load: Callable[..., Serving]) -> None:
    """At each address that others reach, unless the command line insists."""
    text = f"debug: true\nserver: {{use: {server}, bind: ['127.0.0.1:1', ':2', 'unix:a']}}"

    (fault,) = find_faults(lambda: load(text))

    assert fault.startswith("6:")
    assert 'ASM413 debug lets whoever reaches "0.0.0.0:2" run code' in fault
    assert load(text, unsafe_debug=True).server == server
    assert load(text, debug=False).server == server


def test_gevents_server_needs_its_patch(load: Callable[..., Serving]) -> None:
    """Also where debug has taken the patch away."""
    patch = "patches: [{use: gevent, when: {debug: false}}]\nserver: {use: gevent}"

    assert load(patch).server == "gevent"
    for text, debug in (("server: {use: gevent}", None), (patch, True)):
        (fault,) = find_faults(partial(load, text, debug=debug))
        assert "ASM416 the server gevent needs the patch 'gevent'" in fault


def test_settings_of_gunicorn_are_checked_by_gunicorn(load: Callable[..., Serving]) -> None:
    """Unknown ones at their key with what was meant, wrong ones at their value, all at once."""
    text = """patches: [gevent]
server:
  with:
    timeout: soon
    graceful_timout: 30
    bind: 127.0.0.1:1
    loglevel: debug
"""

    assert [fault.partition(":")[2] for fault in find_faults(lambda: load(text))] == [
        (
            '14 ASM412 gunicorn does not take this "timeout": invalid literal for int() with base'
            " 0: 'soon'"
        ),
        '5 ASM411 gunicorn has no setting "graceful_timout"',
        '5 ASM412 "bind" cannot be set among gunicorn\'s settings here',
    ]


def test_settings_reach_gunicorn_with_references(
    load: Callable[..., Serving], tmp_path: Path
) -> None:
    """Objects of the project and files, by gunicorn's own names."""
    (tmp_path / "hooked.py").write_text("def ready(arbiter):\n    pass\n")
    (tmp_path / "prefix").write_text("shop\n")
    text = "{when_ready: {$import: 'hooked:ready'}, statsd_prefix: {$file: prefix}, timeout: 9}"

    settings = load(f"server: {{with: {text}}}").settings

    assert settings["when_ready"].__name__ == "ready"
    assert (settings["statsd_prefix"], settings["timeout"]) == ("shop", 9)


@pytest.mark.parametrize("key", OURS)
def test_settings_that_are_keys_of_ours_are_refused(key: str, load: Callable[..., Serving]) -> None:
    """Each with the place to say it."""
    with pytest.raises(ProfileError) as raised:
        load(f"server: {{with: {{{key}: x}}}}")

    (found,) = raised.value.diagnostics
    assert (found.code, found.hint) == ("ASM412", OURS[key])


def test_preloading_a_patched_app_is_refused(load: Callable[..., Serving]) -> None:
    """Each worker would be patched after the app is loaded."""
    preload = "server: {with: {preload_app: true}}"

    (fault,) = find_faults(lambda: load(f"patches: [gevent]\n{preload}"))

    assert "ASM409" in fault
    assert load(preload).settings == {"preload_app": True}


@pytest.mark.parametrize("server", ["gevent", "werkzeug"])
def test_settings_of_the_other_servers_are_checked(
    server: str, load: Callable[..., Serving]
) -> None:
    """As gunicorn's are."""
    key = {"gevent": "stop_timeout", "werkzeug": "reloader_interval"}[server]
    text = f"patches: [gevent]\nserver: {{use: {server}, with: {{{key}: -1, {key[:-1]}: 1}}}}"

    faults = find_faults(lambda: load(text))

    assert [fault.split()[1] for fault in faults] == ["ASM412", "ASM411"]


def test_workers_are_said_not_to_be_in_force_in_one_process(load: Callable[..., Serving]) -> None:
    """By the servers that run in one."""
    (notice,) = load("server: {use: werkzeug, workers: 2}").notices

    assert (notice.code, notice.severity) == ("ASM420", "info")
    assert load("server: {use: werkzeug}").notices == ()
    assert load("server: {workers: 2}").notices == ()


def test_one_turn_is_taken_once() -> None:
    """Until it is renewed; renewing it twice makes no second one."""
    turn = Turn()

    assert (turn.take(), turn.take()) == (True, False)
    turn.renew()
    turn.renew()
    assert (turn.take(), turn.take()) == (True, False)


def test_the_reloader_is_werkzeugs(load: Callable[..., Serving]) -> None:
    """Asking for it chooses that server, and another one that is written has none."""
    assert load(use_reloader=True).server == "werkzeug"
    for server in ("gunicorn", "gevent"):
        text = f"patches: [gevent]\nserver: {{use: {server}}}"
        (fault,) = find_faults(partial(load, text, use_reloader=True))
        assert fault == f"1:1 ASM412 the server {server} has no reloader, only Werkzeug's has"


def test_a_secret_in_a_setting_is_not_shown(load: Callable[..., Serving], tmp_path: Path) -> None:
    """Not even where the server complains of its value."""
    (tmp_path / "key").write_text("hunter2")

    (fault,) = find_faults(lambda: load("server: {with: {timeout: {$file: key}}}"))

    assert "hunter2" not in fault


def test_gunicorns_gevent_worker_needs_packaging(tmp_path: Path) -> None:
    """By itself gunicorn would only call the worker's class invalid."""
    write_profile(tmp_path, "patches: [gevent]")
    script = (
        "import sys; sys.modules['packaging'] = None\n"
        "from assembler.__main__ import main\n"
        "sys.exit(main(['run', 'profile.yaml']))"
    )

    done = run_cli(["-c", script], tmp_path)

    assert done.returncode == 1
    assert "error[ASM418] gunicorn's gevent worker needs the package 'packaging'" in done.stderr
