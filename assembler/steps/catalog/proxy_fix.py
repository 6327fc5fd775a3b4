"""Take the client's address and scheme from the headers of trusted proxies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.steps.forms import CatalogStep, FrozenOptions

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "ProxyFixOptions"]

LIMIT_PROXIES = 10


class ProxyFixOptions(FrozenOptions):
    """How many proxies in front of the app set each header; 0: the header is ignored."""

    x_for: int = Field(
        1, ge=0, le=LIMIT_PROXIES, description="Proxies that add to X-Forwarded-For."
    )
    x_proto: int = Field(
        1, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Proto."
    )
    x_host: int = Field(0, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Host.")
    x_port: int = Field(0, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Port.")
    x_prefix: int = Field(
        0, ge=0, le=LIMIT_PROXIES, description="Proxies that set X-Forwarded-Prefix."
    )


def apply_proxy_fix(context: StepContext, options: ProxyFixOptions) -> object:
    """Wrap the app's WSGI callable in Werkzeug's ``ProxyFix``, and return it."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    app = context.app
    fixed = ProxyFix(app.wsgi_app, **vars(options))
    app.wsgi_app = fixed  # type: ignore[method-assign]  # the way Flask documents
    return fixed


STEP = CatalogStep(
    name="proxy_fix",
    group="requests",
    summary="Take the client's address and scheme from trusted proxies' headers.",
    options=ProxyFixOptions,
    apply=apply_proxy_fix,
    packages=("werkzeug",),
    never_skip=True,
)
