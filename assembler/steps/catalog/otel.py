"""Send traces, metrics and logs to a collector of OpenTelemetry's."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.forms import CatalogStep
from assembler.steps.otel_options import OtelOptions

if TYPE_CHECKING:
    from assembler.report import Report
    from assembler.steps.forms import StepContext
    from assembler.steps.otel_providers import Providers

__all__ = ["STEP"]


def apply_otel(context: StepContext, options: OtelOptions) -> Providers:
    """Make the providers in this process, instrument what is listed, and return the providers.

    A canary's send nothing.
    """
    _check_patches(context, options)
    from assembler.steps.otel_instruments import instrument
    from assembler.steps.otel_providers import (
        attach_logs,
        build_exporter,
        build_providers,
        build_resource,
        close_providers,
        set_global,
    )
    from assembler.steps.request_scope import ScopedApp

    app = context.app
    build = None if context.report.is_canary else partial(build_exporter, options)
    providers = build_providers(options, build_resource(context, options), build)
    context.on_close(partial(close_providers, providers, options.flush_seconds))
    set_global(providers)
    if "logs" in options.signals:
        context.on_close(attach_logs(providers.logs))
    instrument(context, options.instrument, options.excluded_urls, providers)

    def scope(_report: Report) -> None:
        app.wsgi_app = ScopedApp(app.wsgi_app)  # type: ignore[method-assign]  # as Flask documents it

    context.on_assembled(scope)
    app.extensions["otel"] = providers
    return providers


def _check_patches(context: StepContext, options: OtelOptions) -> None:
    """Refuse gRPC in a process whose event loop it would block."""
    patches = {proof.name for proof in context.patched.proofs}
    if options.protocol == "grpc" and "gevent" in patches and "grpc" not in patches:
        message = "OTLP over gRPC would block gevent's event loop: gRPC is not patched"
        hint = "Add `grpc` to `patches`, after `gevent`, or set `protocol: http`."
        raise StepFault(message, hint=hint, option=("protocol",), code=codes.PATCH_NEED_MISSING)


STEP = CatalogStep(
    name="otel",
    summary="Send traces, metrics and logs to a collector of OpenTelemetry's.",
    options=OtelOptions,
    apply=apply_otel,
    packages=("opentelemetry",),
    extra="otel",
    group="observability",
    once=True,
)
