"""Read the addresses that a server binds to, and open sockets on them."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assembler import codes
from assembler.diagnostics import ProfileError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assembler.diagnostics import Diagnostic, Place

__all__ = ["Bind", "check_binds", "close_sockets", "open_sockets", "parse_bind", "render_address"]

HINT = "Write HOST:PORT, [IPV6]:PORT or unix:/PATH."
BACKLOG = 2048
MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Bind:
    """One address: ``host`` and ``port`` (0: any free one), or the ``path`` of a Unix socket."""

    place: Place  # where it was written
    host: str = ""
    port: int = 0
    path: str | None = None

    def __str__(self) -> str:
        """Give it as it is written."""
        if self.path is not None:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it; of names only ``localhost`` is known to be so."""
        if self.path is not None or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def family(self) -> socket.AddressFamily:
        """The kind of socket."""
        if self.path is not None:
            return socket.AF_UNIX
        return socket.AF_INET6 if ":" in self.host else socket.AF_INET


def parse_bind(text: str, place: Place, folder: Path) -> Bind:
    """Read one address.

    Args:
        text: ``HOST:PORT``, ``[IPV6]:PORT``, ``:PORT`` for every address, or ``unix:PATH``.
        place: Where it was written.
        folder: What a relative path of a Unix socket is relative to.

    Raises:
        ProfileError: if it is none of these.
    """
    written = text.strip()
    if written.startswith("unix:"):
        return _parse_unix(written, place, folder)
    host, colon, port = written.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
        is_host = _is_ipv6(host)
    else:
        is_host = not any(character in host for character in ":/[] ")
    if not colon or not is_host:
        raise _build_error(place, f'expected an address, got "{written}"', _find_hint(written))
    if not port.isdecimal() or int(port) > MAX_PORT:
        raise _build_error(place, f'expected a port from 0 to {MAX_PORT}, got "{port}"', HINT)
    return Bind(place, host or "0.0.0.0", int(port))  # noqa: S104 - what ":PORT" asks for


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


def render_address(bind: Bind, listener: socket.socket) -> str:
    """Give the address that is really in use, to be opened in a browser."""
    if bind.path is not None:
        return str(bind)
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _open_socket(bind: Bind, *, reuse_port: bool) -> socket.socket:
    if bind.path is not None:
        _remove_left_over(bind.path)
    listener = socket.socket(bind.family, socket.SOCK_STREAM)
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


def _parse_unix(written: str, place: Place, folder: Path) -> Bind:
    path = written.removeprefix("unix:")
    if path.startswith("//"):  # as in unix:///run/app.sock
        path = "/" + path.lstrip("/")
    if not path:
        raise _build_error(place, f'expected a path after "unix:", got "{written}"', HINT)
    return Bind(place, path=str(folder / path))


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _find_hint(written: str) -> str:
    if "://" in written:
        return f'Leave out "{written.partition("://")[0]}://".'
    if written.isdecimal():
        return f"Write 127.0.0.1:{written}, or :{written} for every address."
    if _is_ipv6(written.rpartition(":")[0]) and not written.startswith("["):
        return "Put brackets around an IPv6 address: [::1]:8000."
    return HINT


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


def _build_error(place: Place, message: str, hint: str) -> ProfileError:
    return ProfileError([codes.WRONG_BIND.at(place, message, hint=hint)])
