"""Test that a text that is no address is found, each of a list, where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.linting import lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "wrong-bind"


def test_each_text_that_is_no_address_is_found(tmp_path: Path) -> None:
    """What a variable's default says too."""
    text = """\
version: 1
server:
  bind:
    - 127.0.0.1:8000
    - 127.0.0.1
    - ${BIND:-300.0.0.1:80}
"""
    assert lint_profile(tmp_path, text, RULE) == [
        '5:7 expected an address, got "127.0.0.1"',
        '6:7 expected an address, got "300.0.0.1:80" (from ${BIND:-300.0.0.1:80})',
    ]


def test_addresses_and_what_is_not_known_are_left_alone(tmp_path: Path) -> None:
    """A name may be one of this machine."""
    text = "version: 1\nserver: {bind: ['${BIND}', 'web:80', 'unix:web.sock', ':80']}\n"
    assert lint_profile(tmp_path, text, RULE) == []


def test_the_address_of_the_management_is_one_as_well(tmp_path: Path) -> None:
    """In the same forms."""
    text = "version: 1\nserver: {management_bind: 'http://127.0.0.1:9000'}\n"
    assert lint_profile(tmp_path, text, RULE) == [
        '2:27 expected an address, got "http://127.0.0.1:9000"'
    ]
    for good in ("null", "'${MANAGEMENT}'", "unix:health.sock", "':9000'"):
        text = f"version: 1\nserver: {{management_bind: {good}}}\n"
        assert lint_profile(tmp_path, text, RULE) == []
