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

    OpenSocket = tuple[Bind, socket.socket]

__all__ = [
    "build_bind_fault",
    "close_sockets",
    "open_sockets",
    "remove_stale",
    "render_addresses",
]

BACKLOG = 2048


def open_sockets(binds: Iterable[Bind], *, reuse_port: bool = False) -> list[OpenSocket]:
    """Listen on all of ``binds``; a Unix socket that no server uses any more is replaced.

    Raises:
        ProfileError: with each address where that fails: in use, forbidden, or not of this
            machine. Then none stays open.
    """
    opened: list[OpenSocket] = []
    found: list[Diagnostic] = []
    for bind in binds:
        try:
            opened.append((bind, _open_socket(bind, reuse_port=reuse_port)))
        except OSError as error:
            found.append(build_bind_fault(bind, error))
    if found:
        close_sockets(opened)
        raise ProfileError(found)
    return opened


def close_sockets(opened: Iterable[OpenSocket]) -> None:
    """Close what `open_sockets` opened, and remove the files of Unix sockets."""
    for bind, listener in opened:
        listener.close()
        if bind.path is not None:
            Path(bind.path).unlink(missing_ok=True)


def render_addresses(opened: Iterable[OpenSocket], *, is_tls: bool) -> str:
    """Render the addresses that are really in use, as a browser opens them."""
    addresses = []
    for bind, listener in opened:
        shown = str(bind)
        if bind.path is None:
            host, port = listener.getsockname()[:2]
            shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
            shown = f"{'https' if is_tls else 'http'}://{shown}"
        addresses.append(shown)
    return ", ".join(addresses)


def _open_socket(bind: Bind, *, reuse_port: bool) -> socket.socket:
    if bind.path is not None:
        remove_stale(bind.path)
        return socket.create_server(bind.path, family=socket.AF_UNIX, backlog=BACKLOG)
    is_ipv6 = ":" in bind.host
    return socket.create_server(
        (bind.host, bind.port),
        family=socket.AF_INET6 if is_ipv6 else socket.AF_INET,
        backlog=BACKLOG,
        reuse_port=reuse_port and hasattr(socket, "SO_REUSEPORT"),
        dualstack_ipv6=is_ipv6 and socket.has_dualstack_ipv6(),
    )


def remove_stale(path: str) -> None:
    """Remove the Unix socket of a server that has ended."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise FileExistsError(errno.EEXIST, "a file of that name exists and is not a socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(0)
        try:
            client.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
            return
        except BlockingIOError:
            pass  # so many wait for it that there is no room
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _find_other_way() -> str:
    """Return how to give another address, where the options of `make` are its own."""
    if "MAKELEVEL" not in os.environ:
        return "give `assembler run` another one with `--bind`"
    return 'pass `--bind` to `assembler run` itself, as `make run ARGS="--bind HOST:PORT"` does'


def build_bind_fault(bind: Bind, error: OSError) -> Diagnostic:
    """Build the diagnostic of an address that cannot be bound to."""
    if error.errno == errno.EADDRINUSE:
        return codes.ADDRESS_IN_USE.at(
            bind.place,
            f'the address "{bind}" is already in use',
            hint=f"Stop the process that uses it, or {_find_other_way()}.",
        )
    hint = "Use an address of this machine."
    if error.errno in {errno.EACCES, errno.EPERM}:
        hint = "Use a port from 1024, or a folder that this user may write to."
    elif bind.path is not None:
        hint = "Use a path of at most 107 bytes in a folder that exists."
    # `create_server` raises another error that adds the address to the reason.
    first = error.__context__ if isinstance(error.__context__, OSError) else error
    reason = (first.strerror or str(first)).lower()
    return codes.WRONG_BIND.at(bind.place, f'cannot bind to "{bind}": {reason}', hint=hint)
