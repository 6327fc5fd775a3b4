"""Decide whether a request comes from this machine itself."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["is_loopback_request"]

# What proxies add, by the words in the names: each vendor has its own. Any of them means that the
# client is elsewhere.
FORWARDED = re.compile(
    r"HTTP_(?:VIA|CDN_LOOP|.*(?:FORWARD|PROXY|ORIGINA(?:L|TING)_|CLIENT_?IP|USER_?IP"
    r"|(?:REAL|CONNECTING|REMOTE)_(?:IP|ADDR|PORT)|ENVOY|CLOUDFRONT|CLOUD_TRACE|AMZN|AZURE|FASTLY"
    r"|_?CF_|_FLY_).*)"
)
HOST = re.compile(r"(?:\[(?P<bracketed>[^\]]+)\]|(?P<plain>[^:\[\]]+))(?::\d+)?")


def is_loopback_request(environ: Mapping[str, Any]) -> bool:
    """Return whether the client is on this machine, and asked for this machine.

    A proxy on the same machine connects from loopback too, for clients from anywhere. So a request
    with a proxy's header is not from here, and neither is one for a public host name, which a
    browser here could be made to send.
    """
    if any(map(FORWARDED.fullmatch, environ)):
        return False
    return _is_loopback_address(environ.get("REMOTE_ADDR", "")) and _is_loopback_host(
        environ.get("HTTP_HOST", "")
    )


def _is_loopback_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False  # a Unix socket has none: the other end may be a proxy
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def _is_loopback_host(text: str) -> bool:
    match = HOST.fullmatch(text)
    if match is None:
        return False
    name = (match["bracketed"] or match["plain"]).lower()
    return name == "localhost" or _is_loopback_address(name)
