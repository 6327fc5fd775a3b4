"""Ask a running server over its control socket."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError
from assembler.planning.loading import load_profile
from assembler.runners.control_paths import find_sockets

if TYPE_CHECKING:
    from collections.abc import Iterator

    Asked = tuple[Path, dict[str, Any]]  # a server's socket, and its status

__all__ = ["ask_servers", "ask_socket", "choose_server"]

CHUNK_BYTES = 65536
ANSWER_SECONDS = 5.0  # a reload is decided later
STARTERS = {"worker": "worker", "beat": "beat"}  # by role; all others are served


def ask_servers(profile: str, root: Path, control: str | None) -> list[Asked]:
    """Return the status of each server of ``profile`` that runs, with its socket.

    Args:
        profile: The profile's file.
        root: The project's root.
        control: The socket, if it is known.
    """
    paths = [Path(control)] if control else find_sockets(Path(profile).absolute(), root)
    return list(_iter_answers(paths))


def _iter_answers(paths: list[Path]) -> Iterator[Asked]:
    for path in paths:
        try:
            yield path, ask_socket(path, do="status")
        except OSError:  # it has ended, or is another user's
            continue


def choose_server(profile: str, found: list[Asked], bind: str | None) -> Asked:
    """Return the one server of ``profile`` that is meant.

    Raises:
        ProfileError: if none runs, or several do.
    """
    chosen = [one for one in found if bind is None or bind in one[1]["bind"]]
    if len(chosen) == 1:
        return chosen[0]
    binds = ", ".join(one[1]["bind"][0] for one in found)
    if chosen:
        message, hint = f"several servers of this profile run: {binds}", "Choose one with `--bind`."
    elif found:
        message, hint = f'none of its servers is at "{bind}"', f"They are at {binds}."
    else:
        message = "no server of this profile runs here that this user may ask"
        starter = f"assembler {STARTERS.get(_find_role(profile) or '', 'run')}"
        hint = f"Start it with `{starter} {profile}`, or pass its `server.control` as `--control`."
    raise ProfileError([codes.NO_SERVER_RUNS.at(Place(profile), message, hint=hint)])


def _find_role(profile: str) -> str | None:
    """Return the role of a profile; ``None`` where it is broken.

    Raises:
        ProfileError: if there is no such file.
    """
    try:
        return load_profile(profile, env=None).role
    except ProfileError as error:
        if any(one.code == codes.FILE_NOT_FOUND.number for one in error.diagnostics):
            raise
        return None


def ask_socket(path: Path, **request: object) -> dict[str, Any]:
    """Send a request, and wait for what is answered.

    Raises:
        OSError: if nobody answers, or not as a server of ours.
    """
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(ANSWER_SECONDS)
        client.connect(str(path))
        client.sendall(json.dumps(request).encode() + b"\n")
        if request["do"] != "status":
            client.settimeout(None)
        received = b""
        while not received.endswith(b"\n"):
            chunk = client.recv(CHUNK_BYTES)
            if not chunk:
                message = "the server ended before it answered"
                raise OSError(message)
            received += chunk
    return _parse(received)


def _parse(received: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(received)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        message = "the server does not understand it"
        raise OSError(message)
    if "error" in answer:
        raise OSError(answer["error"])
    return answer
