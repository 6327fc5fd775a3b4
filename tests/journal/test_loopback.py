"""Requests of this machine's own."""

from __future__ import annotations

import pytest

from assembler.journal.loopback import is_loopback_request


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:5001", "127.0.0.1:5001", "[::1]:5001", "[::1]"]
)
def test_whoever_is_here_and_asks_for_here_is_here(address: str, host: str) -> None:
    """Every way to write this machine is one."""
    assert is_loopback_request({"REMOTE_ADDR": address, "HTTP_HOST": host})


@pytest.mark.parametrize(
    "address", ["203.0.113.9", "10.0.0.7", "::ffff:10.0.0.7", "", "unix:", "x"]
)
def test_another_address_is_not_here_whatever_it_asks_for(address: str) -> None:
    """The host header is the client's own word; a Unix socket has no address at all."""
    assert not is_loopback_request({"REMOTE_ADDR": address, "HTTP_HOST": "localhost"})


@pytest.mark.parametrize(
    "header",
    [
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_SERVER",
        "HTTP_X_REAL_IP",
        "HTTP_FORWARDED",
        "HTTP_VIA",
        *("HTTP_X_ORIGINAL_FORWARDED_FOR", "HTTP_X_CLUSTER_CLIENT_IP", "HTTP_X_ORIGINATING_IP"),
        *("HTTP_X_REMOTE_IP", "HTTP_X_REMOTE_ADDR", "HTTP_FASTLY_CLIENT_IP", "HTTP_FLY_CLIENT_IP"),
        *("HTTP_WL_PROXY_CLIENT_IP", "HTTP_CF_CONNECTING_IPV6", "HTTP_CF_RAY", "HTTP_CDN_LOOP"),
        *("HTTP_X_AZURE_CLIENTIP", "HTTP_X_APPENGINE_USER_IP", "HTTP_X_ORIGINAL_HOST"),
        *("HTTP_X_AMZN_TRACE_ID", "HTTP_X_CLOUD_TRACE_CONTEXT", "HTTP_X_ENVOY_PEER_METADATA"),
        *("HTTP_X_PROXYUSER_IP", "HTTP_CLOUDFRONT_VIEWER_ADDRESS", "HTTP_CLIENT_IP"),
    ],
)
def test_a_proxys_header_means_that_the_client_is_elsewhere(header: str) -> None:
    """Even one that says loopback: a proxy here, or a client anywhere, may have written it."""
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", header: "127.0.0.1"}

    assert not is_loopback_request(environ)


@pytest.mark.parametrize(
    "header", ["HTTP_ACCEPT", "HTTP_USER_AGENT", "HTTP_ORIGIN", "HTTP_COOKIE", "REMOTE_PORT"]
)
def test_what_a_browser_sends_says_nothing_of_a_proxy(header: str) -> None:
    """Nor does what the server itself adds."""
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost", header: "x"}

    assert is_loopback_request(environ)


@pytest.mark.parametrize(
    "host", ["shop.example", "localhost.evil.example", "", "a:b:c", "[::1", "@"]
)
def test_another_host_name_is_not_here(host: str) -> None:
    """A proxy that keeps the name shows itself so, and a browser that was made to ask does too."""
    assert not is_loopback_request({"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": host})


def test_a_request_that_says_nothing_is_not_here() -> None:
    """What is not known to be here is elsewhere."""
    assert not is_loopback_request({})
