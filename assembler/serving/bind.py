"""Parse the addresses that a server binds to."""

from __future__ import annotations

import ipaddress
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assembler.diagnostics import codes
from assembler.diagnostics.diagnostic import Place, ProfileError, Related
from assembler.document.foreign_variables import find_meant
from assembler.document.nodes import ScalarNode, SequenceNode
from assembler.language.validation import name_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assembler.diagnostics.diagnostic import Collector, Diagnostic
    from assembler.document.nodes import Node
    from assembler.language.profile import Profile

__all__ = [
    "Bind",
    "find_debug_faults",
    "parse_bind",
    "parse_bind_options",
    "parse_binds",
    "parse_management_bind",
    "parse_written_binds",
]

HINT = "Write HOST:PORT, [IPV6]:PORT or unix:/PATH."
ADDRESS = re.compile(r"(?:\[(?P<ipv6>[^\]]*)\]|(?P<host>[^:/\[\] ]*)):(?P<port>[^:]*)")
MAX_PORT = 65535
OPTION = Place("--bind")


class Bind(NamedTuple):
    """One address: ``host`` and ``port`` (0: any free port), or the ``path`` of a Unix socket."""

    place: Place  # where it is written
    host: str = ""
    port: int = 0
    path: str | None = None

    def __str__(self) -> str:
        """Return the address in the form that a profile uses."""
        if self.path is not None:
            return f"unix:{self.path}"
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it; the only name known to be so is ``localhost``."""
        if self.path is not None or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def parse_bind(text: str, place: Place, folder: Path) -> Bind:
    """Parse one address.

    Args:
        text: ``HOST:PORT``, ``[IPV6]:PORT``, ``:PORT`` for all interfaces, or ``unix:PATH``.
        place: Where it is written.
        folder: What a relative path of a Unix socket is relative to.

    Raises:
        ProfileError: if it has none of these forms.
    """
    written = text.strip()
    if written.startswith("unix:"):
        path = re.sub("^//+", "/", written.removeprefix("unix:"))  # as in unix:///run/app.sock
        if not path:
            raise _build_error(place, f'expected a path after "unix:", got "{written}"', HINT)
        return Bind(place, path=str(folder / path))
    found = ADDRESS.fullmatch(written)
    if found is None or not _is_host(found["ipv6"], found["host"]):
        hint = _find_hint(written, place)
        raise _build_error(place, f'expected an address, got "{written}"', hint)
    port = found["port"]
    digits = port.lstrip("0")[: len(str(MAX_PORT)) + 1]  # `int` refuses thousands of digits
    if not port.isdecimal() or int(digits or "0") > MAX_PORT:
        message = f'expected a port from 0 to {MAX_PORT}, got "{port}"'
        raise _build_error(place, message, _find_hint(written, place))
    host = found["ipv6"] or found["host"] or "0.0.0.0"  # noqa: S104 - the meaning of ":PORT"
    return Bind(place, host, int(digits or "0"))


def parse_bind_options(texts: Iterable[str]) -> tuple[Bind, ...]:
    """Parse the values of ``--bind``.

    Raises:
        ProfileError: at the first that is not an address.
    """
    return tuple(parse_bind(text, OPTION, Path.cwd()) for text in texts)


def parse_binds(profile: Profile, found: Collector) -> tuple[Bind, ...]:
    """Parse the addresses of a profile, except those that are not known yet.

    Adds a diagnostic to ``found`` for each address that is wrong.
    """
    node = profile.server.node.get("bind")
    if node is None:
        place = profile.server.place
        return tuple(parse_bind(text, place, profile.file.parent) for text in profile.server.bind)
    return tuple(parse_written_binds(node, found, profile.get_folder))


def parse_management_bind(profile: Profile, found: Collector) -> Bind | None:
    """Parse the address at which only health and metrics answer, as `parse_binds` does."""
    node = profile.server.node.get("management_bind")
    if node is None or profile.server.management_bind is None:
        return None
    return next(iter(parse_written_binds(node, found, profile.get_folder)), None)


def parse_written_binds(
    node: Node, found: Collector, get_folder: Callable[[Node], Path]
) -> list[Bind]:
    """Parse the value of ``bind``, as `parse_binds` does."""
    binds = []
    for one in node.items if isinstance(node, SequenceNode) else [node]:
        if not isinstance(one, ScalarNode) or one.unknown:
            continue
        try:
            binds.append(parse_bind(one.text, one.place, get_folder(one)))
        except ProfileError as error:
            found.add(*(name_variables(fault, one) for fault in error.diagnostics))
    return binds


def find_debug_faults(
    profile: Profile, binds: Iterable[Bind], by: str | None = None
) -> list[Diagnostic]:
    """Report each of ``binds`` that would expose the debugger to other machines.

    Args:
        profile: Who binds.
        binds: The addresses.
        by: Who turned debug on, in words, if neither the profile nor the command line did.
    """
    debug = profile.node.get("debug")
    related = () if debug is None else (Related(debug.place, "debug is set here"),)
    setter = "" if by is None else f"; {by} turns it on"
    return [
        codes.DEBUG_BEYOND_LOOPBACK.at(
            bind.place,
            f'debug lets anyone who reaches "{bind}" run code, '
            f"and other machines can reach it{setter}",
            hint="Bind to 127.0.0.1, or pass `--unsafe-debug`.",
            related=related,
        )
        for bind in binds
        if not bind.is_loopback
    ]


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_host(ipv6: str | None, host: str | None) -> bool:
    if ipv6 is not None:
        return _is_ipv6(ipv6)
    assert host is not None
    if not host.replace(".", "").isdecimal():
        return True
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True


def _find_hint(written: str, place: Place) -> str:
    is_option = place == OPTION  # in which no variable is filled in, but for what the shell does
    meant = None if is_option else find_meant(written)
    if meant is not None:
        return f"Write `{meant}`."
    several = re.split(r"[\s,;]+", written)
    if len(several) > 1 and all(map(ADDRESS.fullmatch, several)):
        options = " ".join(f"--bind {one}" for one in several)
        as_list = f"Write a list: [{', '.join(several)}]."
        return f"Repeat the option: {options}." if is_option else as_list
    if "://" in written:
        scheme = written.partition("://")[0].rpartition(":")[2]
        # Kubernetes gives `SHOP_PORT` such a value for a service called `shop`.
        return f'Remove "{scheme}://", or set the variable that it comes from to a port.'
    if written.isdecimal():
        return f"Write 127.0.0.1:{written}, or :{written} for all interfaces."
    if _is_ipv6(written.rpartition(":")[0]) and not written.startswith("["):
        return "Put brackets around an IPv6 address: [::1]:8000."
    return HINT


def _build_error(place: Place, message: str, hint: str) -> ProfileError:
    return ProfileError([codes.WRONG_BIND.at(place, message, hint=hint)])
