"""Test that sockets are opened where they can be, and left alone where not."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.runners.sockets import close_sockets, open_sockets
from assembler.serving.bind import parse_bind

if TYPE_CHECKING:
    from assembler.serving.bind import Bind

PLACE = Place("profile.yaml")


def find_faults(binds: tuple[Bind, ...]) -> list[str]:
    """Return the diagnostics of opening sockets: place, code and message."""
    with pytest.raises(ProfileError) as raised:
        open_sockets(binds)
    return [
        f"{found.place.span.line}:{found.place.span.column} {found.code} {found.message}"
        for found in raised.value.diagnostics
    ]


def test_every_address_that_cannot_be_bound_to_is_said_at_once(tmp_path: Path) -> None:
    """In use, not of this machine, no folder, not a socket; and the good ones are free again."""
    (tmp_path / "file").touch()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        texts = [
            f"127.0.0.1:{port}",
            "192.0.2.1:8000",
            "no.such.host.invalid:80",
            "unix:missing/app.sock",
            "unix:file",
            "unix:good.sock",
        ]
        binds = tuple(parse_bind(text, PLACE, tmp_path) for text in texts)

        faults = find_faults(binds)

    assert len(faults) == 5
    assert f'1:1 ASM414 the address "127.0.0.1:{port}" is already in use' in faults
    for shown in ("192.0.2.1:8000", "no.such.host.invalid:80", "missing/app.sock", "/file"):
        assert [fault for fault in faults if "ASM415 cannot bind" in fault and shown in fault]
    assert not (tmp_path / "good.sock").exists()
    assert (tmp_path / "file").exists()


def test_a_unix_socket_is_replaced_only_if_nobody_serves_it(tmp_path: Path) -> None:
    """A server that was killed leaves its file behind."""
    binds = (parse_bind("unix:app.sock", PLACE, tmp_path),)
    ((_, listener),) = open_sockets(binds)

    assert "already in use" in find_faults(binds)[0]
    listener.close()
    close_sockets(open_sockets(binds))
    assert not (tmp_path / "app.sock").exists()


@pytest.mark.parametrize(
    ("level", "hint"),
    [
        (None, "Stop the process that uses it, or give `assembler run` another one with `--bind`."),
        (
            "1",
            (
                "Stop the process that uses it, or pass `--bind` to `assembler run` itself, "
                'as `make run ARGS="--bind HOST:PORT"` does.'
            ),
        ),
    ],
)
def test_an_address_in_use_leads_to_what_works_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str | None, hint: str
) -> None:
    """`make` takes `--bind` for an option of its own."""
    monkeypatch.delenv("MAKELEVEL", raising=False)
    if level is not None:
        monkeypatch.setenv("MAKELEVEL", level)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ProfileError) as raised:
            open_sockets((parse_bind(address, PLACE, tmp_path),))
    assert [found.hint for found in raised.value.diagnostics] == [hint]


def test_make_run_passes_its_arguments_on() -> None:
    """As the hint says."""
    recipe = subprocess.run(
        ["make", "--dry-run", "run", "ARGS=--bind 127.0.0.1:8000"],  # noqa: S607 - of the PATH
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert "run profiles/web.yaml --bind 127.0.0.1:8000" in recipe.stdout
