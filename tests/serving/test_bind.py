"""Test that an address of a server is parsed, or refused with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.serving.bind import parse_bind, parse_bind_options

PLACE = Place("profile.yaml")


@pytest.mark.parametrize(
    ("text", "shown", "is_loopback"),
    [
        ("127.0.0.1:80", "127.0.0.1:80", True),
        ("localhost:0", "localhost:0", True),
        ("[::1]:8000", "[::1]:8000", True),
        (" 127.8.9.1:1 ", "127.8.9.1:1", True),
        (":8000", "0.0.0.0:8000", False),
        ("0.0.0.0:8000", "0.0.0.0:8000", False),
        ("[::]:8000", "[::]:8000", False),
        ("example.org:443", "example.org:443", False),
        ("unix:/run/app.sock", "unix:/run/app.sock", True),
        ("unix:///run/app.sock", "unix:/run/app.sock", True),
        ("unix:app.sock", "unix:/project/app.sock", True),
    ],
)
def test_parse_bind_reads_every_form(text: str, shown: str, is_loopback: bool) -> None:  # noqa: FBT001 - a case
    """And whether only this machine reaches them is known."""
    bind = parse_bind(text, PLACE, Path("/project"))

    assert str(bind) == shown
    assert bind.is_loopback is is_loopback


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("8000", 'expected an address, got "8000"', "127.0.0.1:8000"),
        ("localhost", 'expected an address, got "localhost"', "HOST:PORT"),
        ("::1:80", 'expected an address, got "::1:80"', "brackets"),
        ("http://localhost:80", 'expected an address, got "http://', 'Remove "http://"'),
        ("[::g]:80", 'expected an address, got "[::g]:80"', "HOST:PORT"),
        ("localhost:http", 'expected a port from 0 to 65535, got "http"', "HOST:PORT"),
        ("localhost:65536", 'expected a port from 0 to 65535, got "65536"', "HOST:PORT"),
        ("unix:", 'expected a path after "unix:"', "unix:/PATH"),
        ("", 'expected an address, got ""', "HOST:PORT"),
    ],
)
def test_parse_bind_rejects_what_is_not_an_address(text: str, message: str, hint: str) -> None:
    """With what it might have been."""
    with pytest.raises(ProfileError) as raised:
        parse_bind(text, PLACE, Path("/project"))

    (found,) = raised.value.diagnostics
    assert (found.code, found.message[: len(message)]) == ("ASM415", message)
    assert hint in (found.hint or "")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a:1,b:2", "Repeat the option: --bind a:1 --bind b:2."),
        ("a:1 b:2", "Repeat the option: --bind a:1 --bind b:2."),
        ("[a:1, b:2]", "HOST:PORT"),
        ("127.0.0.1:$PORT", "HOST:PORT"),
    ],
)
def test_option_is_told_what_the_command_line_takes(text: str, hint: str) -> None:
    """Neither a list nor a variable, as a profile has them."""
    with pytest.raises(ProfileError) as raised:
        parse_bind_options([text])

    assert hint in (raised.value.diagnostics[0].hint or "")
