"""Test that a value that the server would refuse is found without the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assembler.serving.settings import OURS
from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "wrong-server-setting"


@pytest.mark.parametrize("key", OURS)
def test_what_a_profile_says_elsewhere_is_refused(tmp_path: Path, key: str) -> None:
    """At its key, whatever its value is."""
    text = f"version: 1\nserver:\n  with: {{{key}: {{$file: value}}}}\n"
    assert lint_profile(tmp_path, text, RULE) == [
        f'3:10 "{key}" cannot be set among gunicorn\'s settings here'
    ]


def test_a_value_that_the_server_does_not_take_is_found(tmp_path: Path) -> None:
    """With the server's own reason."""
    text = "version: 1\nserver:\n  with:\n    timeout: -3\n    raw_env: [A=1]\n    reload: often\n"
    assert lint_profile(tmp_path, text, RULE) == [
        '4:14 gunicorn does not accept this "timeout": value must be positive: -3',
        '6:13 gunicorn does not accept this "reload": invalid boolean: often',
    ]


def test_white_space_around_a_number_is_found(tmp_path: Path) -> None:
    """Gunicorn itself would strip it; around a word it stays."""
    text = "version: 1\nserver:\n  with: {timeout: ' 30', backlog: '${B:- 9}', proc_name: ' a'}\n"
    reason = "expected no white space at the ends"
    assert lint_profile(tmp_path, text, RULE) == [
        f'3:19 gunicorn does not accept this "timeout": {reason}',
        f'3:35 gunicorn does not accept this "backlog": {reason}',
    ]


@pytest.mark.parametrize(
    "settings",
    [
        "{timeout: 30, graceful_timeout: '60', accesslog: '-', limit_request_line: 0x1000}",
        "{post_fork: {$import: 'json:dump'}, logger_class: {$import: 'shop.logs:Logger'}}",
        "{keyfile: no/such/file, user: no-such-user, group: no-such-group}",
        "{timeout: '${TIMEOUT}', no_such_setting: -1}",
    ],
)
def test_what_it_takes_or_only_running_tells_is_left_alone(tmp_path: Path, settings: str) -> None:
    """Modules, files and users are looked for where it runs."""
    assert lint_profile(tmp_path, f"version: 1\nserver: {{with: {settings}}}\n", RULE) == []


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("shop.hooks.post_fork", "shop.hooks:post_fork"),
        ("'${HOOK:-shop.hooks.post_fork}'", "shop.hooks:post_fork"),
        ("post_fork", "module:attribute"),
    ],
)
def test_a_text_cannot_name_code(tmp_path: Path, value: str, hint: str) -> None:
    """The policy would not be asked about it, and the environment could name it."""
    text = f"version: 1\nserver:\n  with:\n    post_fork: {value}\n"
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert found.message == '"post_fork" expects an object, got a string'
    assert found.hint == f'Write it as `{{$import: "{hint}"}}`.'
