"""Test that a console that strangers reach is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "console-unguarded"
PUBLIC = "server: {bind: 0.0.0.0:80}\n"


@pytest.mark.parametrize(
    "step",
    [
        "console",
        "{use: console, with: {token: ''}}",
        "{use: console, with: {token: '${CONSOLE_TOKEN:-}'}}",
        "{use: console, with: {token: null, page_size: 20}}",
        "{use: console, when: {debug: false}}",
    ],
)
def test_a_public_console_without_a_guard_is_found(tmp_path: Path, step: str) -> None:
    """At its step, whatever the address is written in."""
    files = {"web.yaml": f"version: 1\nextensions: [{step}]\n{PUBLIC}"}
    (found,) = lint_files(tmp_path, files, RULE, env={})
    assert (found.place.path, found.place.span.line) == ("web.yaml", 2)
    assert '"0.0.0.0:80"' in found.message


@pytest.mark.parametrize(
    "text",
    [
        "extensions: [{use: console, with: {token: '${CONSOLE_TOKEN}'}}]\nserver: {bind: ':80'}",
        "extensions: [{use: console, with: {token: {$file: token}}}]\nserver: {bind: ':80'}",
        "extensions: [{use: console, with: {authorize: {$import: 'shop:is_admin'}}}]\n" + PUBLIC,
        "extensions: [{use: console, when: false}]\nserver: {bind: ':80'}",
        "extensions: [console]\nserver: {bind: ['127.0.0.1:80', '[::1]:80', 'unix:/run/x.sock']}",
        "extensions: [console]\nserver: {bind: ':80', management_bind: 127.0.0.1:81}",
        "server: {bind: ':80'}",
    ],
)
def test_a_guarded_or_private_one_is_fine(tmp_path: Path, text: str) -> None:
    """By a token or a callable, or since only this machine reaches it."""
    assert lint_profile(tmp_path, f"version: 1\n{text}\n", RULE) == []


def test_the_management_address_counts_where_it_is(tmp_path: Path) -> None:
    """Not with Werkzeug, which has none."""
    text = "version: 1\nextensions: [console]\nserver: {management_bind: ':81'}\n"
    (found,) = lint_files(tmp_path, {"web.yaml": text}, RULE)
    assert '"0.0.0.0:81"' in found.message
    assert lint_profile(tmp_path, f"{text}debug: true\n", RULE) == []
