"""Test that an address of one list that another one of it takes is found."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.serving.bind import parse_bind
from tests.support.linting import lint_files, lint_profile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "address-in-use"


def find_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("binds", "taken"),
    [
        (["127.0.0.1:PORT", "127.0.0.1:PORT"], "127.0.0.1:PORT"),
        (["0.0.0.0:PORT", "127.0.0.1:PORT"], "127.0.0.1:PORT"),
        (["127.0.0.1:PORT", ":PORT"], "0.0.0.0:PORT"),
        (["unix:web.sock", "unix:web.sock"], "web.sock"),
    ],
)
def test_what_is_found_could_not_be_bound_to(tmp_path: Path, binds: list[str], taken: str) -> None:
    """The operating system says so too."""
    port = str(find_free_port())
    texts = [text.replace("PORT", port) for text in binds]

    found = lint_files(tmp_path, {"web.yaml": f"version: 1\nserver: {{bind: {texts}}}\n"}, RULE)

    (one,) = found
    assert one.message.endswith(f'{taken.replace("PORT", port)}" is already in use')
    assert [related.message for related in one.related] == ["by this one"]
    parsed = tuple(parse_bind(text, Place("web.yaml"), tmp_path) for text in texts)
    with pytest.raises(ProfileError) as raised:
        close_sockets(open_sockets(parsed))
    assert raised.value.diagnostics[0].code == one.code


@pytest.mark.parametrize(
    ("server", "place"),
    [
        ("{bind: ':8000', management_bind: '127.0.0.1:8000'}", "2:42"),
        ("{bind: ['127.0.0.1:80', 'unix:a'], management_bind: 'unix:a'}", "2:61"),
        ("{management_bind: '127.0.0.1:5000'}", "2:27"),  # the default of `bind`
    ],
)
def test_the_management_has_an_address_of_its_own(tmp_path: Path, server: str, place: str) -> None:
    """It is told at its own place."""
    (found,) = lint_profile(tmp_path, f"version: 1\nserver: {server}\n", RULE)

    assert found.startswith(place)
    assert found.endswith("is already in use")


@pytest.mark.parametrize(
    "server",
    [
        "{bind: ['127.0.0.1:80', '127.0.0.1:81']}",
        "{bind: ['127.0.0.1:0', '127.0.0.1:0']}",
        "{bind: ['127.0.0.1:80', '127.0.0.2:80']}",
        "{bind: ['0.0.0.0:80', '[::1]:80']}",
        "{bind: ['unix:a.sock', 'unix:b.sock', '127.0.0.1:80']}",
        "{bind: ['127.0.0.1:80', '127.0.0.1:80'], with: {reuse_port: true}}",
        "{bind: '127.0.0.1:80'}",
        "{bind: ['${A}', '${A}']}",
    ],
)
def test_what_can_be_bound_to_is_left_alone(tmp_path: Path, server: str) -> None:
    """Other ports, any free port, other addresses; a port that may be shared."""
    assert lint_profile(tmp_path, f"version: 1\nserver: {server}\n", RULE) == []
