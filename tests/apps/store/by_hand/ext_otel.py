"""Traces and metrics for a collector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from celery.signals import worker_process_shutdown
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.flask import FlaskInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from store.models import db

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["init_app"]


def init_app(app: Flask) -> None:
    """Make the providers in this process, and instrument what the app uses."""
    endpoint = app.config["COLLECTOR"]
    resource = Resource.create({"service.name": app.config["SERVICE_NAME"]})
    traces = TracerProvider(resource=resource)
    traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint, insecure=True)))
    exporter = OTLPMetricExporter(endpoint, insecure=True)
    meters = MeterProvider([PeriodicExportingMetricReader(exporter, 1000)], resource)
    trace.set_tracer_provider(traces)
    metrics.set_meter_provider(meters)
    FlaskInstrumentor().instrument_app(app)
    with app.app_context():
        SQLAlchemyInstrumentor().instrument(skip_dep_check=True, engine=db.engine)
    RedisInstrumentor().instrument()
    CeleryInstrumentor().instrument()
    worker_process_shutdown.connect(lambda **_: traces.shutdown(), weak=False)
