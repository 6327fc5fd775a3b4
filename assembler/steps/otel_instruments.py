"""Instrument what a profile lists, so that it makes spans."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from assembler.diagnostics import codes
from assembler.diagnostics.faults import StepFault
from assembler.steps.request_scope import IDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask
    from opentelemetry.instrumentation.flask import FlaskInstrumentor
    from opentelemetry.trace import Span

    from assembler.steps.forms import StepContext
    from assembler.steps.otel_providers import Providers

__all__ = ["instrument"]

# By what is instrumented: the class of `opentelemetry.instrumentation.NAME`.
CLASSES = {
    "flask": "FlaskInstrumentor",
    "sqlalchemy": "SQLAlchemyInstrumentor",
    "psycopg2": "Psycopg2Instrumentor",
    "redis": "RedisInstrumentor",
    "celery": "CeleryInstrumentor",
    "requests": "RequestsInstrumentor",
}


def instrument(
    context: StepContext, names: Sequence[str], excluded_urls: list[str], providers: Providers
) -> None:
    """Instrument each; at the end of the app it is as before.

    Raises:
        StepFault: if its library is missing.
    """
    given: dict[str, Any] = {
        "tracer_provider": providers.traces,
        "meter_provider": providers.metrics,
    }
    for position, name in enumerate(names):
        try:
            module = import_module(f"opentelemetry.instrumentation.{name}")
        except ImportError as error:
            message = f"'{name}' cannot be instrumented: {error}"
            hint = f"Install the package {name}, or remove it from the list."
            option = ("instrument", position)
            raise StepFault(message, hint=hint, option=option, code=codes.EXTRA_MISSING) from error
        instrumentor = getattr(module, CLASSES[name])()
        if name == "flask":
            _instrument_flask(context, instrumentor, excluded_urls, given)
            continue
        if instrumentor.is_instrumented_by_opentelemetry:  # for an earlier app of this process
            instrumentor.uninstrument()
        more = {"engines": _find_engines(context.app)} if name == "sqlalchemy" else {}
        # SQLAlchemy's makes no spans with 2.1, and only logs that: it has not been tried with it.
        # Our tests have.
        instrumentor.instrument(skip_dep_check=True, **given, **more)
        context.on_close(instrumentor.uninstrument)


def _instrument_flask(
    context: StepContext,
    instrumentor: FlaskInstrumentor,
    excluded_urls: list[str],
    given: Mapping[str, Any],
) -> None:
    app = context.app
    instrument_app: Any = instrumentor.instrument_app  # it has no types
    instrument_app(app, request_hook=_note_ids, excluded_urls=",".join(excluded_urls), **given)
    context.on_close(partial(instrumentor.uninstrument_app, app))


def _note_ids(span: Span, environ: Mapping[str, Any]) -> None:
    """Tell the span the request's id, and the server's log the trace's: it is written later."""
    ids, found = environ.get(IDS), span.get_span_context()
    if ids is None:
        return
    ids.trace_id, ids.span_id = f"{found.trace_id:032x}", f"{found.span_id:016x}"
    if ids.request_id is not None:
        span.set_attribute("request_id", ids.request_id)


def _find_engines(app: Flask) -> list[Any]:
    """Return the engines that the app has; those that it makes later are instrumented as well."""
    database = app.extensions.get("sqlalchemy")
    if database is None:
        return []
    with app.app_context():
        return list(database.engines.values())
