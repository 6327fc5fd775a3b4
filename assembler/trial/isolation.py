"""Take the network away from this process."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Guard", "Reachable", "find_reachable", "isolate_network"]

# Source: Linux's sched.h and sockios.h; Python has them from 3.12 on.
NEW_USER = 0x10000000
NEW_NETWORK = 0x40000000
INTERNET = (2, 10, 30)  # the families of IPv4 and IPv6, the latter as Linux and macOS number it
UNIX = 1
SET_INTERFACE_FLAGS = 0x8914
INTERFACE_UP = 1
# How an interface and its flags are handed over: a name of 16 bytes, two bytes, and padding.
INTERFACE = "16sh14x"
LOCAL_NAMES = frozenset({"", "localhost", "ip6-localhost", "localhost.localdomain"})


class Reachable(NamedTuple):
    """What may be connected to: the database that was given."""

    hosts: frozenset[str] = frozenset()
    port: int | None = None  # ``None``: any
    folders: tuple[str, ...] = ()  # of Unix sockets


def find_reachable(url: str | None) -> Reachable:
    """Return the addresses of a database's URL; a file has none."""
    from urllib.parse import parse_qs, unquote, urlsplit  # noqa: PLC0415 - only for a URL

    if url is None or url.startswith("sqlite"):
        return Reachable()
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    named = [unquote(parts.hostname or ""), *query.get("host", [])]
    paths = [*query.get("unix_socket", []), *query.get("unix_sock", [])]
    paths += [host for host in named if host.startswith("/")]
    hosts = {host for host in named if host and not host.startswith("/")}
    if not hosts and not paths:  # the driver's own default is a Unix socket in a usual place
        paths = ["/"]
    return Reachable(frozenset(_find_addresses(hosts)), parts.port, tuple(paths))


def isolate_network() -> bool:
    """Move this process into a network of its own, with nothing but loopback in it.

    A user who may not do that gets a user namespace as well, and stays the same user in it.

    Returns:
        Whether the system allowed it. Call it before there are threads.
    """
    if not sys.platform.startswith("linux"):
        return False
    # In a child first: a system may allow the namespace, and then reject what makes it usable.
    pid = os.fork()
    if pid == 0:
        os._exit(not _enter_network())
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status) == 0 and _enter_network()


class Guard(NamedTuple):
    """Refuses connections by an audit hook, as if nobody listened, until the process ends."""

    note: Callable[[str], None]  # called with each address that somebody tries to reach
    reachable: Reachable
    guards_internet: bool  # else the system does

    def install(self) -> None:
        """Refuse connections from now on."""
        sys.addaudithook(self._audit)

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not event.startswith("socket."):
            return
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and args[1] is not None:
            self._check_address(*args[:2])
        elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
            self._check_name(args[0])

    def _check_address(self, socket: Any, address: Any) -> None:  # noqa: ANN401 - what its family takes
        if socket.family in INTERNET:
            host, port = str(address[0]), address[1]
            self.note(f"{host}:{port}")
            is_allowed = host in self.reachable.hosts and self.reachable.port in {None, port}
            is_refused = self.guards_internet and not is_allowed
        elif socket.family == UNIX:
            path = os.fsdecode(address)
            self.note(path)
            is_refused = not any(map(path.startswith, self.reachable.folders))
        else:
            return  # the kernel's own, such as netlink
        if is_refused:
            raise ConnectionRefusedError(errno.ECONNREFUSED, "refused by assembler lint --deep")

    def _check_name(self, host: str | bytes | None) -> None:
        name = os.fsdecode(host) if isinstance(host, (str, bytes)) else ""
        if name in LOCAL_NAMES or name in self.reachable.hosts or _is_address(name):
            return
        if name != os.uname().nodename:  # many look their own name up, and need nobody for it
            self.note(name)
        if self.guards_internet:
            from _socket import EAI_AGAIN, gaierror  # noqa: PLC0415 - `socket` itself is to be patched

            raise gaierror(EAI_AGAIN, "refused by assembler lint --deep")


def _is_address(name: str) -> bool:
    return ":" in name or name.replace(".", "").isdigit()


def _find_addresses(hosts: set[str]) -> set[str]:
    """Return the hosts with their addresses: who connects knows those only."""
    import _socket  # noqa: PLC0415 - `socket` itself is to be patched

    found = set(hosts)
    for host in hosts:
        with suppress(OSError):
            found |= {str(answer[4][0]) for answer in _socket.getaddrinfo(host, None)}
    return found


def _enter_network() -> bool:
    user, group = os.getuid(), os.getgid()
    if not _unshare(NEW_NETWORK):
        if not _unshare(NEW_USER | NEW_NETWORK):
            return False
        try:
            Path("/proc/self/setgroups").write_text("deny", "ascii")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")
        except OSError:
            return False
    with suppress(OSError):  # without it a step cannot talk to itself; that is all
        _raise_loopback()
    return True


def _unshare(flags: int) -> bool:
    import ctypes  # noqa: PLC0415 - Python has `os.unshare` from 3.12 on

    try:
        return int(ctypes.CDLL(None).unshare(flags)) == 0
    except (AttributeError, OSError):  # another C library
        return False


def _raise_loopback() -> None:
    import _socket  # noqa: PLC0415 - `socket` itself is to be patched
    import fcntl  # noqa: PLC0415 - not on every system
    import struct  # noqa: PLC0415 - for this alone

    control = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
    try:
        flags = struct.pack(INTERFACE, b"lo", INTERFACE_UP)
        fcntl.ioctl(control.fileno(), SET_INTERFACE_FLAGS, flags)
    finally:
        control.close()
