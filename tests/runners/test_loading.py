"""What is served, where and how: from a profile and the command line, before anything runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import ProfileError
from assembler.runners.loading import Overrides, Serving, load_serving
from assembler.serving.cpus import count_cpus
from assembler.serving.settings import OURS
from tests.support.processes import run_cli
from tests.support.served import write_profile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Serving]:
    """Return a function that loads a profile's text, with what the command line says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FLASK_DEBUG", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))

    def load(text: str = "", **overrides: object) -> Serving:
        write_profile(tmp_path, text)
        return load_serving("profile.yaml", Overrides(**overrides))  # type: ignore[arg-type]

    return load


def find_faults(call: Callable[[], object]) -> list[str]:
    """Return the diagnostics that ``call`` raises: place, code and message."""
    with pytest.raises(ProfileError) as raised:
        call()
    return [
        f"{found.place.span.line}:{found.place.span.column} {found.code} {found.message}"
        for found in raised.value.diagnostics
    ]


def test_the_command_lines_workers_replace_the_profiles(load: Callable[..., Serving]) -> None:
    """``auto`` counts the processors."""
    assert load("server: {workers: auto}").workers == count_cpus()
    assert load("server: {workers: 3}").workers == 3
    assert load("server: {workers: 3}", workers=5).workers == 5
    assert load("server: {workers: 3}", workers="auto").workers == count_cpus()


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
    assert 'ASM413 debug lets anyone who reaches "0.0.0.0:2" run code' in fault
    assert load(text, unsafe_debug=True).server == server
    assert load(text, debug=False).server == server


def test_gevents_server_needs_its_patch(load: Callable[..., Serving]) -> None:
    """Also where debug has taken the patch away."""
    patch = "patches: [{use: gevent, when: {debug: false}}]\nserver: {use: gevent}"

    assert load(patch).server == "gevent"
    for text, debug in (("server: {use: gevent}", None), (patch, True)):
        (fault,) = find_faults(partial(load, text, debug=debug))
        assert "ASM416 the gevent server needs the patch 'gevent'" in fault


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
        '14 ASM412 "timeout" expects a number, got the string "soon"',
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


def test_settings_belong_to_the_server_that_has_them(load: Callable[..., Serving]) -> None:
    """By group, else to the profile's own; where debug chooses another they are set aside."""
    text = (
        "server: {with: {timeout: 200, keepalive: 5, reloader_interval: 3, "
        "gunicorn: {timeout: 300}, werkzeug: {threaded: false}}}"
    )
    plain, debugged = load(text), load(text, debug=True)

    assert plain.settings == {"timeout": 300, "keepalive": 5}
    assert debugged.server == "werkzeug"
    assert debugged.settings["reloader_interval"] == 3
    assert debugged.settings["threaded"] is False
    for serving, words, group in (
        (plain, "gunicorn was chosen and has no such settings: reloader_interval", "werkzeug"),
        (debugged, "werkzeug was chosen and has no such settings: timeout, keepalive", "gunicorn"),
    ):
        (notice,) = serving.notices
        assert (notice.code, notice.message) == ("ASM420", f"set aside, since {words}")
        assert f"below `{group}:`" in (notice.hint or "")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{use: werkzeug, with: {timeout: 3}}", '32 ASM411 werkzeug has no setting "timeout"'),
        ("{with: {timeot: 3}}", '17 ASM411 gunicorn has no setting "timeot"'),
        ("{with: {gunicorn: {timeot: 3}}}", '28 ASM411 gunicorn has no setting "timeot"'),
        (
            "{with: {gunicorn: 3}}",
            '27 ASM412 "gunicorn" groups the settings of gunicorn, expected a mapping',
        ),
    ],
)
def test_a_setting_that_nobody_has_is_refused(
    load: Callable[..., Serving], text: str, fault: str
) -> None:
    """Also in a group, and where the profile names the server itself."""
    (found,) = find_faults(lambda: load(f"server: {text}"))
    assert found.partition(":")[2] == fault


def test_what_gunicorn_alone_would_read_is_said_not_to_be_in_force(
    load: Callable[..., Serving], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its variables and its file; by name, since the values may be secret."""
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--timeout 3")
    monkeypatch.setenv("WEB_CONCURRENCY", "7")
    (tmp_path / "gunicorn.conf.py").touch()

    (notice,) = load("").notices
    names = "GUNICORN_CMD_ARGS, WEB_CONCURRENCY, gunicorn.conf.py"
    expected = f"not in force, since the profile configures gunicorn: {names}"
    assert (notice.code, notice.message) == ("ASM420", expected)
    assert load("server: {use: werkzeug}").notices == ()


@pytest.mark.parametrize(
    ("patches", "kind", "reason"),
    [
        ("[]", "gunicorn.workers.ggevent:GeventWorker", "gthread.ThreadWorker, since gevent does"),
        ("[gevent]", "gunicorn.workers.gthread:ThreadWorker", "GeventWorker, since gevent patches"),
        ("[gevent]", "collections:Counter", "expected a class below gunicorn.workers.ggevent"),
    ],
)
def test_a_worker_class_must_fit_the_patches(
    load: Callable[..., Serving], patches: str, kind: str, reason: str
) -> None:
    """It must be below gunicorn's own for them."""
    options = f"{{worker_class: {{$import: '{kind}'}}}}"
    (fault,) = find_faults(lambda: load(f"patches: {patches}\nserver: {{with: {options}}}"))
    assert 'ASM412 gunicorn does not accept this "worker_class"' in fault
    assert reason in fault


def test_the_reloader_is_werkzeugs(load: Callable[..., Serving]) -> None:
    """Asking for it chooses that server, and another one that is written has none."""
    assert load(use_reloader=True).server == "werkzeug"
    for server in ("gunicorn", "gevent"):
        text = f"patches: [gevent]\nserver: {{use: {server}}}"
        (fault,) = find_faults(partial(load, text, use_reloader=True))
        assert fault == f"1:1 ASM412 the {server} server has no reloader, only Werkzeug's has one"


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


@pytest.mark.parametrize(
    ("text", "env", "by"),
    [
        ("config: [{use: values, name: v, with: {DEBUG: true}}]\n", {}, "config source 'v' ("),
        ("", {"FLASK_DEBUG": "1"}, "FLASK_DEBUG turns it on"),
        ("debug: true\n", {}, None),
    ],
)
def test_refusal_of_an_open_address_names_who_turned_debug_on(
    load: Callable[..., Serving],
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    env: dict[str, str],
    by: str | None,
) -> None:
    """The source, or the variable; the profile's own line is shown beside it."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    bind = "server: {use: werkzeug, bind: ':2'}"

    if "config" in text:
        serving = load(f"{text}{bind}")
        (fault,) = find_faults(lambda: serving.check_debug(debug=True, source="v"))
    else:
        (fault,) = find_faults(partial(load, f"{text}{bind}"))

    assert "other machines can reach it" in fault
    assert (by is None) == fault.endswith("can reach it")
    assert by is None or by in fault
