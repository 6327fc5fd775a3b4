"""Believe what a number of trusted proxies say about the client, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.steps.forms import CatalogStep, Options

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "ProxyFixOptions"]

LIMIT_PROXIES = 10


class ProxyFixOptions(Options):
    """How many proxies in front of the app set each header; 0: the header is not believed."""

    x_for: int = Field(
        default=1, ge=0, le=LIMIT_PROXIES, description="Proxies that add to X-Forwarded-For."
    )
    x_proto: int = Field(
        default=1, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Proto."
    )
    x_host: int = Field(
        default=0, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Host."
    )
    x_port: int = Field(
        default=0, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Port."
    )
    x_prefix: int = Field(
        default=0, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Prefix."
    )


def apply_proxy_fix(context: StepContext, options: ProxyFixOptions) -> object:
    """Wrap the app's WSGI callable in Werkzeug's ``ProxyFix``, and give that."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    app = context.app
    fixed = ProxyFix(app.wsgi_app, **options.model_dump())
    app.wsgi_app = fixed  # type: ignore[method-assign]  # the way Flask documents
    return fixed


STEP = CatalogStep(
    name="proxy_fix",
    summary="Take the client's address and scheme from trusted proxies' headers.",
    options=ProxyFixOptions,
    apply=apply_proxy_fix,
    packages=("werkzeug",),
    never_skip=True,
)
