"""Open sockets on the addresses that a server binds to."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics.diagnostic import Diagnostic
    from assembler.serving.bind import Bind

__all__ = ["check_binds", "close_sockets", "open_sockets", "render_address"]

BACKLOG = 2048


def open_sockets(binds: Iterable[Bind], *, reuse_port: bool = False) -> list[socket.socket]:
    """Listen on all of ``binds``; a Unix socket that nobody serves any more is replaced.

    Raises:
        ProfileError: at every one where that cannot be: in use, not allowed, no address of this
            machine. Then none is left open.
    """
    opened: list[tuple[Bind, socket.socket]] = []
    found: list[Diagnostic] = []
    for bind in binds:
        try:
            opened.append((bind, _open_socket(bind, reuse_port=reuse_port)))
        except OSError as error:
            found.append(_describe(bind, error))
    if found:
        close_sockets(opened)
        raise ProfileError(found)
    return [listener for _, listener in opened]


def close_sockets(opened: Iterable[tuple[Bind, socket.socket]]) -> None:
    """Close what `open_sockets` opened, and remove the files of Unix sockets."""
    for bind, listener in opened:
        listener.close()
        if bind.path is not None:
            Path(bind.path).unlink(missing_ok=True)


def check_binds(binds: tuple[Bind, ...], *, reuse_port: bool = False) -> None:
    """Find out whether a server could listen on all of ``binds``, and leave them free.

    Raises:
        ProfileError: at every one that it could not.
    """
    close_sockets(zip(binds, open_sockets(binds, reuse_port=reuse_port), strict=True))


def render_address(bind: Bind, listener: socket.socket, *, is_tls: bool = False) -> str:
    """Give the address that is really in use, to be opened in a browser."""
    if bind.path is not None:
        return str(bind)
    host, port = listener.getsockname()[:2]
    scheme = "https" if is_tls else "http"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _open_socket(bind: Bind, *, reuse_port: bool) -> socket.socket:
    if bind.path is not None:
        _remove_left_over(bind.path)
    listener = socket.socket(_find_family(bind), socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port and hasattr(socket, "SO_REUSEPORT"):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(bind.path if bind.path is not None else (bind.host, bind.port))
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _find_family(bind: Bind) -> socket.AddressFamily:
    if bind.path is not None:
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in bind.host else socket.AF_INET


def _remove_left_over(path: str) -> None:
    """Remove the Unix socket of a server that is gone."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "there is a file of that name, which is no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        try:
            client.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _describe(bind: Bind, error: OSError) -> Diagnostic:
    if error.errno == errno.EADDRINUSE:
        return codes.ADDRESS_IN_USE.at(
            bind.place,
            f'the address "{bind}" is already in use',
            hint="Stop what serves there, or give another address with `--bind`.",
        )
    reason = (error.strerror or str(error)).lower()
    hint = "Give an address of this machine."
    if error.errno in {errno.EACCES, errno.EPERM}:
        hint = "Give a port from 1024, or a folder that this user may write to."
    elif bind.path is not None:
        hint = "Give a path in a folder that exists; it may have 107 bytes."
    return codes.WRONG_BIND.at(bind.place, f'cannot bind to "{bind}": {reason}', hint=hint)
