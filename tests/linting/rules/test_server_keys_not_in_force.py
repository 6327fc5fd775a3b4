"""Test that workers of a server with one process are noted, where one file asks for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile, render_found

if TYPE_CHECKING:
    from pathlib import Path

RULE = "server-keys-not-in-force"


@pytest.mark.parametrize("workers", ["4", "auto"])
def test_workers_beside_such_a_server_are_noted(tmp_path: Path, workers: str) -> None:
    """As an info: the app is served all the same."""
    text = f"version: 1\nserver: {{use: werkzeug, workers: {workers}}}\n"
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert found.severity == "info"
    assert render_found([found]) == [
        "web.yaml:2:34 the werkzeug server runs in one process and ignores `workers`"
    ]


@pytest.mark.parametrize(
    "server",
    [
        "{use: werkzeug, workers: 1}",
        "{use: werkzeug}",
        "{use: gunicorn, workers: 4}",
        "{workers: 4}",
    ],
)
def test_what_is_in_force_is_left_alone(tmp_path: Path, server: str) -> None:
    """One process is what one worker asks for."""
    assert lint_profile(tmp_path, f"version: 1\nserver: {server}\n", RULE) == []


def test_workers_of_a_base_are_for_others(tmp_path: Path) -> None:
    """A profile for debugging changes the server, not the number that others need."""
    files = {
        "base.yaml": "version: 1\nserver: {workers: 4}\n",
        "debug.yaml": "version: 1\nextends: base.yaml\nserver: {use: werkzeug}\n",
    }
    assert lint_files(tmp_path, files, RULE) == []


def test_an_address_that_werkzeug_does_not_open_is_noted(tmp_path: Path) -> None:
    """Where one file asks for both."""
    key = "management_bind: '127.0.0.1:9000'"
    text = f"version: 1\nserver: {{use: werkzeug, {key}}}\n"
    assert lint_profile(tmp_path, text, RULE) == [
        "2:42 the werkzeug server ignores `management_bind`: health answers at the app's address"
    ]
    files = {
        "base.yaml": f"version: 1\nserver: {{{key}}}\n",
        "debug.yaml": "version: 1\nextends: base.yaml\nserver: {use: werkzeug}\n",
        "web.yaml": f"version: 1\npatches: [gevent]\nserver: {{use: gevent, {key}}}\n",
    }
    assert lint_files(tmp_path, files, RULE) == []
