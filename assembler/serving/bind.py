"""Read the addresses that a server binds to."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import ProfileError

if TYPE_CHECKING:
    from pathlib import Path

    from assembler.diagnostics.diagnostic import Place

__all__ = ["Bind", "parse_bind"]

HINT = "Write HOST:PORT, [IPV6]:PORT or unix:/PATH."
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
        is_host = not any(character in host for character in ":/[] ") and _may_be_host(host)
    if not colon or not is_host:
        raise _build_error(place, f'expected an address, got "{written}"', _find_hint(written))
    digits = port.lstrip("0") or "0"
    if not port.isdecimal() or len(digits) > len(str(MAX_PORT)) or int(digits) > MAX_PORT:
        raise _build_error(place, f'expected a port from 0 to {MAX_PORT}, got "{port}"', HINT)
    return Bind(place, host or "0.0.0.0", int(port))  # noqa: S104 - what ":PORT" asks for


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


def _may_be_host(host: str) -> bool:
    """Tell whether ``host`` is a name, or an IPv4 address that is one."""
    if not host.replace(".", "").isdecimal():
        return True
    try:
        socket.inet_aton(host)
    except OSError:
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


def _build_error(place: Place, message: str, hint: str) -> ProfileError:
    return ProfileError([codes.WRONG_BIND.at(place, message, hint=hint)])
