"""Make OpenTelemetry's providers in the process that serves, and end them within a bound."""

from __future__ import annotations

import logging
import os
from concurrent.futures import wait
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from opentelemetry import _logs, metrics, trace
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio

from assembler.database.bounded import start_call

if TYPE_CHECKING:
    from collections.abc import Callable

    from assembler.steps.forms import StepContext
    from assembler.steps.otel_options import OtelOptions

__all__ = [
    "Providers",
    "attach_logs",
    "build_exporter",
    "build_providers",
    "build_resource",
    "close_providers",
    "set_global",
]

# By a signal: the end of the exporter's module, its class, and where OTLP has it over HTTP.
EXPORTERS = {
    "traces": ("trace_exporter", "OTLPSpanExporter"),
    "metrics": ("metric_exporter", "OTLPMetricExporter"),
    "logs": ("_log_exporter", "OTLPLogExporter"),
}
OWN = "opentelemetry"  # what it logs itself is not sent: a collector that is away would be told


class Providers(NamedTuple):
    """What makes spans, metrics and records; without an exporter where nothing is to be sent."""

    traces: TracerProvider
    metrics: MeterProvider
    logs: LoggerProvider


def build_resource(context: StepContext, options: OtelOptions) -> Resource:
    """Say what this process is: the service, its profile, role and digest."""
    report = context.report
    name = options.service_name or context.env.get("OTEL_SERVICE_NAME") or context.app.name
    return Resource.create(
        {
            "service.name": name,
            "process.pid": os.getpid(),
            "assembler.profile": report.profile,
            "assembler.role": report.role,
            "assembler.digest": report.digest,
            **options.resource,
        }
    )


def build_providers(
    options: OtelOptions, resource: Resource, build: Callable[[str], Any] | None
) -> Providers:
    """Make the providers; ``build`` makes the exporter of a signal, ``None``: nothing is sent."""
    rate = options.sample_rate
    sampler = None if rate is None else ParentBasedTraceIdRatio(rate)
    wanted = {} if build is None else {signal: build(signal) for signal in options.signals}
    readers = []
    if "metrics" in wanted:
        interval = options.metrics_interval_seconds * 1000
        readers.append(PeriodicExportingMetricReader(wanted["metrics"], interval))
    # They are closed with the app: not at the exit of the process, which has no bound.
    providers = Providers(
        TracerProvider(sampler, resource, shutdown_on_exit=False),
        MeterProvider(readers, resource, shutdown_on_exit=False),
        LoggerProvider(resource, shutdown_on_exit=False),
    )
    if "traces" in wanted:
        providers.traces.add_span_processor(BatchSpanProcessor(wanted["traces"]))
    if "logs" in wanted:
        providers.logs.add_log_record_processor(BatchLogRecordProcessor(wanted["logs"]))
    return providers


def build_exporter(options: OtelOptions, signal: str) -> Any:  # noqa: ANN401 - of either protocol
    """Make what sends a signal; it connects when there is something to send."""
    module, kind = EXPORTERS[signal]
    exporter = import_module(f"opentelemetry.exporter.otlp.proto.{options.protocol}.{module}")
    given: dict[str, Any] = {"timeout": options.timeout_seconds, "headers": None}
    if options.headers:  # gRPC takes small letters alone
        given["headers"] = {name.lower(): value for name, value in options.headers.items()}
    if options.endpoint is not None:
        is_http = options.protocol == "http"
        given["endpoint"] = (
            f"{options.endpoint.rstrip('/')}/v1/{signal}" if is_http else options.endpoint
        )
        if not is_http:
            given["insecure"] = options.endpoint.startswith("http://")
    return getattr(exporter, kind)(**given)


def set_global(providers: Providers) -> None:
    """Let the project's own code have them; an earlier app of this process keeps its own."""
    if isinstance(trace.get_tracer_provider(), TracerProvider):
        return
    trace.set_tracer_provider(providers.traces)
    metrics.set_meter_provider(providers.metrics)
    _logs.set_logger_provider(providers.logs)


def attach_logs(provider: LoggerProvider) -> Callable[[], object]:
    """Send the records of the root logger; return what ends that."""
    handler = LoggingHandler(logger_provider=provider)
    handler.addFilter(lambda record: not record.name.startswith(OWN))
    root = logging.getLogger()
    root.addHandler(handler)
    return partial(root.removeHandler, handler)


def close_providers(providers: Providers, seconds: float) -> None:
    """Send what is left, and end the providers: whatever the collector does, in ``seconds``."""

    def close() -> None:
        for provider in providers:
            provider.shutdown()

    wait([start_call(close, "assembler-otel")], seconds)
