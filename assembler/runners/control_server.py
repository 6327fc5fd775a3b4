"""Answer what a process's owner asks over a Unix socket, in the loop of the process."""

from __future__ import annotations

import math
import os
import socket
import struct
import sys
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from assembler.rendering.console import write_error
from assembler.runners.control_paths import LIMIT_PATH_BYTES, iter_folders, render_name
from assembler.runners.sockets import remove_stale
from assembler.runners.worker_link import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from assembler.language.profile import Profile

    Obey = Callable[[dict[str, Any], Callable[[dict[str, Any]], None]], None]

__all__ = ["ControlServer", "find_places"]

FOLDER_MODE = 0o700
SOCKET_MODE = 0o600
LIMIT_CLIENTS = 16
LIMIT_REQUEST_BYTES = 4096
PATIENCE_SECONDS = 5.0  # with a client that does not ask, or does not read its answer
RETRY_SECONDS = 2.0  # after SIGUSR2 the earlier master has the place until it ends
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid


class ControlServer:
    """The control socket of one server; only its owner may use it."""

    def __init__(self, places: Sequence[Path], obey: Obey) -> None:
        """Open the socket; a server that cannot has none, and says so once.

        Args:
            places: Where it may be, the preferred one first; empty: nowhere.
            obey: Does what a request asks for, given what sends the answer, at once or later.
        """
        self._obey = obey
        self._listener: socket.socket | None = None
        self._clients: dict[Link, float] = {}  # and until when each may stay as it is
        self._path: Path | None = None
        self._places = places
        self._next_try = 0.0
        fault = self._open()
        if fault is not None:
            write_error(f"no control socket, so that `status` and `reload` do not work: {fault}")

    def _open(self) -> str | None:
        """Open the socket at the first place that allows it; return why the last one does not."""
        fault = None
        for path in self._places:
            try:
                self._listener = _open(path)
            except OSError as error:
                fault = f"{path}: {(error.strerror or str(error)).lower()}"
            else:
                self._path = path
                return None
        self._next_try = time.monotonic() + RETRY_SECONDS
        return fault

    @property
    def files(self) -> list[Any]:
        """What there is to wait for."""
        has_room = self._listener is not None and len(self._clients) < LIMIT_CLIENTS
        return [*([self._listener] if has_room else []), *self._clients]

    def render_place(self) -> str:
        """Render where it is."""
        return "off" if self._path is None else str(self._path)

    def step(self) -> None:
        """Take new clients, and do what they ask for."""
        if self._listener is None and time.monotonic() >= self._next_try:
            self._open()
        if self._listener is None:
            return
        with suppress(OSError):
            while len(self._clients) < LIMIT_CLIENTS:
                accepted, _ = self._listener.accept()
                accepted.settimeout(0)
                if _is_owner(accepted):
                    client = Link(accepted, LIMIT_REQUEST_BYTES)
                    self._clients[client] = time.monotonic() + PATIENCE_SECONDS
                else:
                    accepted.close()
        for client in list(self._clients):
            try:
                for message in client.receive():
                    self._clients[client] = math.inf  # until it is answered
                    self._obey(message, partial(self._answer, client))
            except ValueError as error:
                client.send(done=True, error=f"not a request: {error}")
                client.close()
            client.flush()
            if client.is_closed or time.monotonic() > self._clients[client]:
                del self._clients[client]
                client.close()

    def _answer(self, client: Link, answer: dict[str, Any]) -> None:
        client.send(**answer)
        if client in self._clients:  # it has not gone meanwhile
            self._clients[client] = time.monotonic() + PATIENCE_SECONDS

    def close(self, *, is_ours: bool = True) -> None:
        """Close the socket and its clients; remove the file if it is this process's own."""
        for client in self._clients:
            client.close()
        if is_ours and self._path is not None:
            self._path.unlink(missing_ok=True)  # before the next master can take its place
        if self._listener is not None:
            self._listener.close()
        self._clients, self._listener = {}, None


def find_places(profile: Profile, where: str, root: Path) -> list[Path]:
    """Return where the control socket of a profile's process may be, the preferred place first.

    Args:
        profile: The profile.
        where: What tells processes of one profile apart: the first bind, or the role.
        root: The project's.
    """
    control = profile.server.reload.control
    if control == "off":
        return []
    if control != "auto":
        return [profile.find_server_places()["control"]]
    name = render_name(profile.file, where)
    return [folder / name for folder in iter_folders(root)]


def _open(path: Path) -> socket.socket:
    """Open the socket; its folder is made for its owner alone if there is none.

    Raises:
        OSError: if that is impossible, or a server is there already.
    """
    if len(os.fsencode(path)) > LIMIT_PATH_BYTES:
        message = f"its path is longer than {LIMIT_PATH_BYTES} bytes"
        raise OSError(message)
    path.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    remove_stale(str(path))
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o777 - SOCKET_MODE)
    try:
        listener.bind(str(path))
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(before)
    listener.listen(LIMIT_CLIENTS)
    listener.settimeout(0)
    return listener


def _is_owner(client: socket.socket) -> bool:
    """Return whether the other side is of this process's user, or root."""
    if not sys.platform.startswith("linux"):
        return True  # the mode of the file has decided it
    data = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return CREDENTIALS.unpack(data)[1] in {0, os.geteuid()}
