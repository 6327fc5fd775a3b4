"""Send the headers that tell a browser what pages of the app may do."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from assembler.language.flags import Flag
from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.own_routes import UrlPath
from assembler.steps.security_policies import (
    NONCE,
    ContentPolicy,
    Permissions,
    render_content_policy,
    render_permissions,
)

if TYPE_CHECKING:
    from flask import Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

    from assembler.steps.forms import StepContext

__all__ = ["STEP", "HstsOptions", "SecurityHeadersOptions"]

Referrer = Literal[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
EndpointName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.*-]*$")]
EndpointUrl = Annotated[str, Field(pattern=r"^(/|https://)[!#-\[\]-~]*$")]
SOURCES = (
    "keywords such as self with or without their quotes; true: the directive alone; false: left out"
)


class HstsOptions(FrozenOptions):
    """For how long browsers are to ask over HTTPS only; nobody can take that back before."""

    max_age_seconds: int = Field(31_536_000, ge=0, description="For how long; 0: no longer.")
    include_subdomains: Flag = Field(
        default=False, description="Whether subdomains are meant, too."
    )
    preload: Flag = Field(
        default=False, description="Whether browsers may be shipped with this promise."
    )


class SecurityHeadersOptions(FrozenOptions):
    """The headers; one that a view sets itself stays."""

    strict_transport_security: HstsOptions | None = Field(
        None, description="`Strict-Transport-Security`, over HTTPS only; default: not sent."
    )
    content_security_policy: ContentPolicy | None = Field(
        None,
        min_length=1,
        description="`Content-Security-Policy`, sources by directive: "
        f"{SOURCES}. `nonce` is the request's, which templates get from `csp_nonce()`. "
        "Default: not sent.",
    )
    content_security_policy_report_only: ContentPolicy | None = Field(
        None,
        min_length=1,
        description="The same, of which violations are reported and not prevented; default: not "
        "sent.",
    )
    reporting_endpoints: dict[EndpointName, EndpointUrl] | None = Field(
        None,
        min_length=1,
        description="`Reporting-Endpoints`: URLs by the names that `report-to` uses; default: not "
        "sent.",
    )
    frame_options: Literal["DENY", "SAMEORIGIN"] | None = Field(
        "SAMEORIGIN", description="`X-Frame-Options`: who may show pages in a frame."
    )
    content_type_options: Flag = Field(
        default=True, description="Whether `X-Content-Type-Options: nosniff` is sent."
    )
    referrer_policy: Referrer | None = Field(
        "strict-origin-when-cross-origin",
        description="`Referrer-Policy`: what other sites learn of where a visitor comes from.",
    )
    permissions_policy: Permissions | None = Field(
        None,
        min_length=1,
        description='`Permissions-Policy`: by feature who may use it: self, src, origins, or "*"; '
        "an empty list: nobody. Default: not sent.",
    )
    cross_origin_opener_policy: (
        Literal["same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"]
        | None
    ) = Field(None, description="`Cross-Origin-Opener-Policy`; default: not sent.")
    cross_origin_embedder_policy: (
        Literal["require-corp", "credentialless", "unsafe-none"] | None
    ) = Field(None, description="`Cross-Origin-Embedder-Policy`; default: not sent.")
    cross_origin_resource_policy: Literal["same-origin", "same-site", "cross-origin"] | None = (
        Field(None, description="`Cross-Origin-Resource-Policy`; default: not sent.")
    )
    redirect_to_https: Flag = Field(
        default=False,
        description="Whether requests over HTTP are sent to HTTPS; never preflights, and never the "
        "routes of `health` and `metrics`.",
    )
    redirect_except: list[UrlPath] = Field(
        [], description="Paths that are not, such as those of other probes."
    )


def apply_security_headers(context: StepContext, options: SecurityHeadersOptions) -> None:
    """Add the headers to every answer of the app's, those of errors too."""
    app, fixed = context.app, _list_fixed(options)
    hsts = _render_hsts(options.strict_transport_security)
    policies = _list_policies(options)

    def add_headers(response: Response) -> Response:
        for name, value in fixed:
            response.headers.setdefault(name, value)
        if hsts and _is_secure():
            response.headers.setdefault("Strict-Transport-Security", hsts)
        for name, value in policies:
            sent = value.replace(NONCE, f"'nonce-{get_nonce()}'") if NONCE in value else value
            response.headers.setdefault(name, sent)
        return response

    app.after_request(add_headers)
    if any(NONCE in value for _, value in policies):
        app.add_template_global(get_nonce, "csp_nonce")
    if options.redirect_to_https:
        _redirect(app, frozenset(options.redirect_except))


def get_nonce() -> str:
    """Return the word that this request's policy allows inline scripts and styles by."""
    from flask import g

    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _list_fixed(options: SecurityHeadersOptions) -> list[tuple[str, str]]:
    """Return the headers that are the same in every answer."""
    permissions, endpoints = options.permissions_policy, options.reporting_endpoints
    headers = {
        "X-Frame-Options": options.frame_options,
        "X-Content-Type-Options": "nosniff" if options.content_type_options else None,
        "Referrer-Policy": options.referrer_policy,
        "Permissions-Policy": render_permissions(permissions) if permissions else None,
        "Cross-Origin-Opener-Policy": options.cross_origin_opener_policy,
        "Cross-Origin-Embedder-Policy": options.cross_origin_embedder_policy,
        "Cross-Origin-Resource-Policy": options.cross_origin_resource_policy,
        "Reporting-Endpoints": ", ".join(
            f'{name}="{url}"' for name, url in (endpoints or {}).items()
        ),
    }
    return [(name, value) for name, value in headers.items() if value]


def _list_policies(options: SecurityHeadersOptions) -> list[tuple[str, str]]:
    policies = {
        "Content-Security-Policy": options.content_security_policy,
        "Content-Security-Policy-Report-Only": options.content_security_policy_report_only,
    }
    return [(name, render_content_policy(policy)) for name, policy in policies.items() if policy]


def _render_hsts(hsts: HstsOptions | None) -> str | None:
    if hsts is None:
        return None
    parts = [f"max-age={hsts.max_age_seconds}"]
    parts += ["includeSubDomains"] * bool(hsts.include_subdomains)
    parts += ["preload"] * bool(hsts.preload)
    return "; ".join(parts)


def _is_secure() -> bool:
    """Return whether the client asked over HTTPS, by what a trusted proxy or the server says."""
    from flask import request

    return request.is_secure


def _redirect(app: Flask, kept: frozenset[str]) -> None:
    from flask import redirect, request

    def send_to_https() -> AnyResponse | None:
        # A browser follows no redirect of a preflight. What comes over HTTPS by a proxy that
        # no `proxy_fix` trusts would come back for ever.
        is_forwarded = "https" in request.headers.get("X-Forwarded-Proto", "")
        if request.is_secure or is_forwarded or request.method == "OPTIONS" or request.path in kept:
            return None
        return redirect(request.url.replace("http://", "https://", 1), 308)

    app.before_request(send_to_https)


STEP = CatalogStep(
    name="security_headers",
    group="security",
    summary="Send the headers that protect pages in a browser.",
    options=SecurityHeadersOptions,
    apply=apply_security_headers,
    packages=("flask",),
    once=True,
)
