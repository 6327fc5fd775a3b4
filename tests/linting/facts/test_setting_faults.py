"""Test that what linting says of `server` is what serving says of it, word for word."""

from __future__ import annotations

from contextlib import chdir
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Diagnostic, ProfileError
from assembler.runners.loading import Overrides, load_serving
from tests.support.linting import lint_files

if TYPE_CHECKING:
    from pathlib import Path

SERVING = ("ASM409", "ASM411", "ASM412", "ASM413", "ASM415", "ASM416", "ASM420")
GEVENT = "patches: [gevent]\n"
DEBUG = "debug: true\n"


def find_by_running(folder: Path) -> list[Diagnostic]:
    """Return what keeps ``web.yaml`` from being served, and what is said when it is."""
    with chdir(folder):
        try:
            serving = load_serving("web.yaml", Overrides())
        except ProfileError as error:
            return list(error.diagnostics)
    return list(serving.notices)


@pytest.mark.parametrize(
    "text",
    [
        "server: {bind: 8000x}",
        "server: {bind: ['127.0.0.1:80', 'http://shop.example.org:80', '127.0.0.1:99999']}",
        "server: {bind: '999.0.0.1:80'}",
        "server: {bind: ':' }",
        f"server: {{bind: '127.0.0.1:{'9' * 5000}'}}",
        f"{DEBUG}server: {{bind: 0.0.0.0:8000}}",
        f"{DEBUG}server: {{bind: ['127.0.0.1:8000', 'shop.example.org:80', '[::]:80']}}",
        "server: {use: gevent}",
        f"{DEBUG}server: {{use: gevent}}\npatches: [{{use: gevent, when: {{debug: false}}}}]",
        "server: {with: {timeot: 3, bind: '127.0.0.1:1', worker_class: gevent}}",
        "server: {with: {timeout: -1, threads: many, reuse_port: maybe, raw_env: 3}}",
        "server: {with: {post_fork: 3, forwarded_allow_ips: 10.0.0.1/8, http_protocols: h9}}",
        "server: {with: {logconfig_dict: [], header_map: maybe, keepalive: {a: 1}}}",
        "server: {with: {post_fork: json.dump, when_ready: no_module, logger_class: logging.Log}}",
        "server: {with: {dirty_apps: ['shop.jobs:App'], on_exit: '${HOOK:-os.getppid}'}}",
        f"{GEVENT}server: {{use: gevent, with: {{spawn: 0, stop_timeout: soon, threads: 3}}}}",
        f"{GEVENT}server: {{use: gevent, workers: 4}}",
        "server: {use: werkzeug, with: {threaded: maybe, ssl_context: [a], extra_file: [b]}}",
        f"{DEBUG}server: {{with: {{timeout: 30}}}}",
        f"{GEVENT}server: {{with: {{preload_app: true}}}}",
        f"{GEVENT}server: {{with: {{preload_app: true, timeout: -1, worker_clas: gevent}}}}",
    ],
)
def test_setting_faults_have_the_words_of_serving(tmp_path: Path, text: str) -> None:
    """At the same places, with the same remedies."""
    found = lint_files(tmp_path, {"web.yaml": f"version: 1\n{text}\n"}, *SERVING)

    assert found
    assert found == find_by_running(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "server: {bind: ['127.0.0.1:80', ':8000', '[::1]:80', 'unix:web.sock', '127.1:80', 'a:0']}",
        f"{DEBUG}server: {{bind: ['localhost:80', '127.9.9.9:80', '[::1]:80', 'unix:web.sock']}}",
        f"{GEVENT}server: {{use: gevent, bind: ':8000', with: {{spawn: 10, log: true}}}}",
        "server: {with: {timeout: 30, keepalive: '5', reuse_port: 'true', accesslog: '-'}}",
        "server: {with: {preload_app: true}}",
        f"{GEVENT}server: {{with: {{preload_app: 'false'}}}}",
        f"{GEVENT}server: {{with: {{preload_app: false}}}}",
        "server: {use: werkzeug, with: {threaded: 'no', ssl_context: adhoc}}",
        f"{DEBUG}server: {{with: {{reloader_interval: 2}}}}",
    ],
)
def test_settings_that_serve_are_clean(tmp_path: Path, text: str) -> None:
    """Nothing is found by linting, nor by serving."""
    assert lint_files(tmp_path, {"web.yaml": f"version: 1\n{text}\n"}, *SERVING) == []
    assert find_by_running(tmp_path) == []


HOOKS = """\
def none():
    pass


def one(server):
    pass


def two(server, worker=None, *rest, name=None):
    pass


def three(worker, request, environ):
    pass


def five(a, b, c, d, e):
    pass


class Hook:
    def __init__(self, server, worker):
        pass

    def method(self, server):
        pass


hook = Hook(1, 2)
either = two if hook else one
"""
NOT_CERTAIN = ("either", "hook")  # of which the text alone does not tell
NAMES = ("none", "one", "two", "three", "five", "Hook", "hook", "hook.method", "either", "missing")


@pytest.mark.parametrize("key", ["on_starting", "post_fork", "pre_request", "post_request"])
@pytest.mark.parametrize("name", NAMES)
def test_hook_with_wrong_arguments_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, name: str
) -> None:
    """How many arguments it takes; what is not certain is not judged."""
    files = {
        "web.yaml": f"version: 1\nserver: {{with: {{{key}: {{$import: 'hooks_there:{name}'}}}}}}\n",
        "hooks_there.py": HOOKS,
    }
    monkeypatch.syspath_prepend(str(tmp_path))
    found = lint_files(tmp_path, files, *SERVING)
    by_running = [one for one in find_by_running(tmp_path) if one.code in SERVING]
    assert found == by_running or (not found and name in NOT_CERTAIN)


@pytest.mark.parametrize(
    "text",
    [
        "server: {bind: '${BIND}', workers: '${WORKERS}'}",
        "server: {with: {timeout: '${TIMEOUT}', raw_env: ['A=${A}']}}",
        "server: {with: {post_fork: {$import: 'shop.hooks:post_fork'}, keyfile: {$file: key}}}",
        f"{GEVENT}server: {{with: {{preload_app: '${{PRELOAD}}'}}}}",
        "debug: ${DEBUG}\nserver: {bind: 0.0.0.0:80}",
        "patches: [{use: gevent, when: '${GEVENT}'}]\nserver: {use: gevent}",
        "patches: [{use: gevent, when: '${GEVENT}'}]\nserver: {with: {preload_app: true}}",
    ],
)
def test_unknown_variables_are_not_judged(tmp_path: Path, text: str) -> None:
    """Unless it is known."""
    assert lint_files(tmp_path, {"web.yaml": f"version: 1\n{text}\n"}, *SERVING) == []


def test_settings_of_unknown_server_are_not_judged(tmp_path: Path) -> None:
    """That there is no such server is said, and enough."""
    text = "version: 1\nserver: {use: gevnt, with: {spawn: 3}}\n"
    assert lint_files(tmp_path, {"web.yaml": text}, *SERVING) == []


def test_known_variables_are_judged(tmp_path: Path) -> None:
    """As `lint --env` has it."""
    text = "version: 1\nserver: {bind: '${BIND}', with: {timeout: '${TIMEOUT}'}}\n"
    env = {"BIND": "here", "TIMEOUT": "-1"}

    found = lint_files(tmp_path, {"web.yaml": text}, *SERVING, env=env)

    assert [one.message for one in found] == [
        'expected an address, got "here" (from ${BIND})',
        'gunicorn does not accept this "timeout": value must be positive: -1',
    ]
