"""The catalogue step `security_headers`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from flask import Flask, abort, make_response, render_template_string, request
from pydantic import ValidationError

from assembler.steps.catalog.security_headers import SecurityHeadersOptions
from tests.support.step_context import StepBench, apply_step

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Response

PAGE = "<script nonce='{{ csp_nonce() }}'>1</script>{{ csp_nonce() }}"
DEFAULTS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}
PLAIN = {"Content-Type", "Content-Length", "Allow", "Location"}
REPORT = {"csp-report": {"violated-directive": "script-src"}}


@pytest.fixture
def context(tmp_path: Path) -> StepBench:
    """Return the context of a step on an app with some pages."""
    app = Flask(__name__)
    app.add_url_rule("/", "page", lambda: render_template_string(PAGE))
    app.add_url_rule("/refused", "refused", lambda: abort(403))
    app.add_url_rule("/probe", "probe", lambda: "well")
    app.add_url_rule("/csp", "csp", lambda: request.get_json(force=True), methods=["POST"])

    def framed() -> Response:
        answer = make_response("framed")
        answer.headers["X-Frame-Options"] = "DENY"
        return answer

    app.add_url_rule("/framed", "framed", framed)
    return StepBench(app, tmp_path)


def ask(
    context: StepBench, path: str = "/probe", scheme: str = "https", method: str = "GET"
) -> dict[str, str]:
    """Return the headers of an answer that Flask alone does not send."""
    answer = context.app.test_client().open(
        path, base_url=f"{scheme}://shop.example.org", method=method
    )
    return {name: value for name, value in answer.headers.items() if name not in PLAIN}


def test_the_harmless_headers_are_the_default(context: StepBench) -> None:
    """Of errors as well; what a view sends stays."""
    apply_step(context, "security_headers")

    for path in ("/probe", "/refused", "/nothing"):
        assert ask(context, path) == DEFAULTS
    assert ask(context, "/framed") == {**DEFAULTS, "X-Frame-Options": "DENY"}


def test_each_header_is_what_the_profile_says(context: StepBench) -> None:
    """And `null` is none."""
    apply_step(
        context,
        "security_headers",
        frame_options=None,
        content_type_options="no",
        referrer_policy="no-referrer",
        strict_transport_security={"max_age_seconds": 60, "include_subdomains": True},
        permissions_policy={"geolocation": [], "camera": "self https://a.example", "usb": ["*"]},
        reporting_endpoints={"csp": "/csp"},
        cross_origin_opener_policy="same-origin",
        cross_origin_embedder_policy="require-corp",
        cross_origin_resource_policy="same-site",
    )

    expected = {
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": 'geolocation=(), camera=(self "https://a.example"), usb=*',
        "Reporting-Endpoints": 'csp="/csp"',
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Resource-Policy": "same-site",
    }
    hsts = {"Strict-Transport-Security": "max-age=60; includeSubDomains"}
    assert ask(context) == {**expected, **hsts}
    assert ask(context, scheme="http") == expected


def test_a_content_policy_is_written_as_browsers_read_it(context: StepBench) -> None:
    """Keywords in quotes, a directive alone, and one that an overlay has turned off."""
    apply_step(
        context,
        "security_headers",
        content_security_policy={
            "default-src": "self https://cdn.example",
            "script-src": ["'self'", "unsafe-inline", "sha256-YWJj"],
            "img-src": ["*", "data:"],
            "object-src": "none",
            "sandbox": "allow-scripts",
            "upgrade-insecure-requests": True,
            "frame-src": False,
        },
    )

    assert ask(context)["Content-Security-Policy"] == (
        "default-src 'self' https://cdn.example; script-src 'self' 'unsafe-inline' 'sha256-YWJj'; "
        "img-src * data:; object-src 'none'; sandbox allow-scripts; upgrade-insecure-requests"
    )


def test_violations_can_be_reported_alone(context: StepBench) -> None:
    """To the address that the policy names."""
    apply_step(
        context,
        "security_headers",
        content_security_policy_report_only={"script-src": "self", "report-uri": "/csp"},
    )
    headers = ask(context, "/")

    assert "Content-Security-Policy" not in headers
    policy = headers["Content-Security-Policy-Report-Only"]
    assert policy == "script-src 'self'; report-uri /csp"
    address = policy.rpartition(" ")[2]
    assert context.app.test_client().post(address, json=REPORT).get_json() == REPORT


def test_each_request_has_a_nonce_of_its_own(context: StepBench) -> None:
    """The page's is that of the header, each time it is asked for."""
    apply_step(context, "security_headers", content_security_policy={"script-src": "self nonce"})
    client = context.app.test_client()
    seen = set()
    for _ in range(2):
        answer = client.get("/")
        match = re.fullmatch(
            r"script-src 'self' 'nonce-([\w-]{22})'", answer.headers["Content-Security-Policy"]
        )
        assert match is not None
        assert answer.text == f"<script nonce='{match[1]}'>1</script>{match[1]}"
        seen.add(match[1])

    assert len(seen) == 2


def test_http_is_sent_to_https(context: StepBench) -> None:
    """With its query, and so that a form is sent again."""
    apply_step(context, "security_headers", redirect_to_https=True)
    client = context.app.test_client()

    answer = client.post("/csp?a=http://b", base_url="http://shop.example.org")
    assert answer.status_code == 308
    assert answer.location == "https://shop.example.org/csp?a=http://b"
    assert client.get("/probe", base_url="https://shop.example.org").status_code == 200


def test_preflights_and_probes_are_not_redirected(context: StepBench) -> None:
    """A browser follows no redirect of a preflight, and a probe asks the app past its proxy."""
    apply_step(context, "cors", origins="*")
    apply_step(context, "health")
    apply_step(context, "security_headers", redirect_to_https=True, redirect_except=["/probe"])
    context.finish()
    client = context.app.test_client()
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "POST"}

    assert client.options("/csp", headers=preflight).status_code == 200
    assert client.get("/health/live").status_code == 200
    assert client.get("/probe").status_code == 200
    assert client.get("/").status_code == 308


def test_a_proxy_that_nobody_trusts_makes_no_endless_redirect(context: StepBench) -> None:
    """One that is trusted says what the client's scheme is."""
    apply_step(context, "security_headers", redirect_to_https=True)
    client = context.app.test_client()
    headers = {"X-Forwarded-Proto": "https"}

    assert client.get("/probe", headers=headers).status_code == 200
    apply_step(context, "proxy_fix")
    assert client.get("/probe", headers=headers).status_code == 200
    assert client.get("/probe", headers={"X-Forwarded-Proto": "http"}).status_code == 308


@pytest.mark.parametrize(
    "options",
    [
        {"content_security_policy": {"script": "self"}},
        {"content_security_policy": {"script-src": ["self; script-src *"]}},
        {"content_security_policy": {}},
        {"permissions_policy": {"geolocation": "me"}},
        {"permissions_policy": {"Geo Location": []}},
        {"reporting_endpoints": {"csp": 'x"'}},
        {"frame_options": "ALLOW-FROM https://a.example"},
        {"referrer_policy": "none"},
        {"strict_transport_security": {"max_age_seconds": -1}},
        {"redirect_except": ["probe"]},
    ],
)
def test_what_a_browser_would_ignore_is_refused(options: dict[str, object]) -> None:
    """It would protect from nothing, without a word."""
    with pytest.raises(ValidationError):
        SecurityHeadersOptions.model_validate(options)
