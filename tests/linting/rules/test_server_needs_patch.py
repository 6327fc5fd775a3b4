"""Test that gevent's server is not taken without its patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "server-needs-patch"
SAID = "the gevent server needs the patch 'gevent', which is not applied here"


@pytest.mark.parametrize("patches", ["[]", "[{use: gevent, when: false}]"])
def test_the_server_without_the_patch_is_found(tmp_path: Path, patches: str) -> None:
    """Left out, or skipped."""
    text = f"version: 1\npatches: {patches}\nserver: {{use: gevent}}\n"
    assert lint_profile(tmp_path, text, RULE) == [f"3:15 {SAID}"]


@pytest.mark.parametrize(
    "text",
    [
        "patches: [gevent]\nserver: {use: gevent}",
        "patches: [{use: gevent, when: '${GEVENT}'}]\nserver: {use: gevent}",
        "server: {use: gunicorn}",
        "patches: [gevent]",
    ],
)
def test_a_server_with_its_patch_is_left_alone(tmp_path: Path, text: str) -> None:
    """One that may be applied counts."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []
