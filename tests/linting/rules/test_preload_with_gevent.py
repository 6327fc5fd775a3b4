"""Test that gunicorn is not told to load a patched app in its master."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "preload-with-gevent"


@pytest.mark.parametrize("value", ["true", "'True'", "${PRELOAD:-true}"])
def test_preloading_with_gevent_is_found(tmp_path: Path, value: str) -> None:
    """At the value, however it is written."""
    text = f"version: 1\npatches: [gevent]\nserver:\n  with:\n    preload_app: {value}\n"
    assert lint_profile(tmp_path, text, RULE) == [
        "5:18 gevent would patch each worker after the app is loaded, too late for ssl"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "server: {with: {preload_app: true}}",
        "patches: [{use: gevent, when: false}]\nserver: {with: {preload_app: true}}",
        "patches: [gevent]\nserver: {with: {preload_app: false}}",
        "patches: [gevent]\nserver: {use: gevent, with: {preload_app: true}}",
    ],
)
def test_without_gevent_or_gunicorn_it_is_left_alone(tmp_path: Path, text: str) -> None:
    """An unpatched app may be loaded once for all workers."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []
