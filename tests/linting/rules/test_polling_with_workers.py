"""Test where Socket.IO is found to poll with several workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "polling-with-workers"
SAID = "with 2 workers, the requests of one client that polls reach different ones"


def lint(folder: Path, step: str, server: str) -> list[str]:
    """Lint a profile with one step."""
    text = f"version: 1\nextensions: [{step}]\nserver: {server}\n"
    return lint_profile(folder, text, RULE)


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ("socketio", "2:14"),
        ("{use: socketio, with: {transports: [websocket, polling]}}", "2:49"),
    ],
)
def test_polling_with_two_workers_is_found(tmp_path: Path, step: str, place: str) -> None:
    """By default, and where it is written."""
    assert lint(tmp_path, step, "{workers: 2}") == [f"{place} {SAID}"]


@pytest.mark.parametrize(
    ("step", "server"),
    [
        ("socketio", "{workers: 1}"),
        ("socketio", "{}"),
        ("socketio", "{workers: auto}"),
        ("socketio", "{use: gevent, workers: 2}"),
        ("{use: socketio, when: false}", "{workers: 2}"),
        ("{use: socketio, with: {transports: [websocket]}}", "{workers: 2}"),
        ("{use: socketio, with: {server: {$import: 'shop:sio'}}}", "{workers: 2}"),
        ("compress", "{workers: 2}"),
    ],
)
def test_what_works_or_is_not_known_is_left_alone(tmp_path: Path, step: str, server: str) -> None:
    """One process knows all sessions, and a WebSocket stays where it is."""
    assert lint(tmp_path, step, server) == []
