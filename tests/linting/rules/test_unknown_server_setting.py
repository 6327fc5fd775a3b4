"""Test that a setting that the server does not have is found, with what was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "unknown-server-setting"


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        (
            "server: {with: {gracefull_timeout: 30}}",
            'gunicorn has no setting "gracefull_timeout"',
            "graceful_timeout",
        ),
        (
            "patches: [gevent]\nserver: {use: gevent, with: {spwan: 3}}",
            'gevent has no setting "spwan"',
            "spawn",
        ),
        (
            "server: {with: {werkzeug: {threaded: false}, gunicorn: {timeout: 3}, nope: 1}}",
            'gunicorn has no setting "nope"',
            "list of settings",
        ),
        (
            "server: {with: {gunicorn: {timeout: 3}, wekzeug: {threaded: false}}}",
            'no server and no setting is called "wekzeug"',
            "'werkzeug'",
        ),
        (
            "server: {use: werkzeug, with: {timeout: 3}}",
            'werkzeug has no setting "timeout"',
            "list of settings",
        ),
    ],
)
def test_a_setting_of_no_such_name_is_found(
    tmp_path: Path, text: str, said: str, hint: str
) -> None:
    """Of the server that would serve it."""
    (found,) = lint_files(tmp_path, {"web.yaml": f"version: 1\n{text}\n"}, RULE)
    assert found.message == said
    assert hint in (found.hint or "")


@pytest.mark.parametrize(
    "server",
    [
        "{with: {graceful_timeout: 30, worker_class: gthread}}",  # which another rule refuses
        "{with: {post_fork: {$import: 'shop.hooks:post_fork'}}}",
        "{use: gunicorn, with: {timeout: 3, werkzeug: {threaded: false}}}",
        "{with: {gunicorn: {timeout: 3}, logconfig_dict: {version: 1}}}",
        "{}",
        "{with: {}}",
    ],
)
def test_what_the_server_has_is_left_alone(tmp_path: Path, server: str) -> None:
    """Whatever its value is."""
    assert lint_profile(tmp_path, f"version: 1\nserver: {server}\n", RULE) == []
