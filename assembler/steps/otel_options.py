"""Define the options of the step `otel`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from assembler.steps.forms import FrozenOptions
from assembler.steps.regexes import Regex

__all__ = ["OtelOptions"]

Signal = Literal["traces", "metrics", "logs"]
Instrumented = Literal["flask", "sqlalchemy", "psycopg2", "redis", "celery", "requests"]


def _check_endpoint(value: str) -> str:
    if not value.startswith(("http://", "https://")):
        message = "expected a URL that starts with http:// or https://"
        raise ValueError(message)
    return value


class OtelOptions(FrozenOptions):
    """Where everything is sent, what is instrumented, and what this process is called."""

    protocol: Literal["grpc", "http"] = Field("grpc", description="How OTLP is sent.")
    endpoint: Annotated[str, AfterValidator(_check_endpoint)] | None = Field(
        None,
        description="The collector's URL; default: OTEL_EXPORTER_OTLP_ENDPOINT, else this "
        "machine at port 4317 (gRPC) or 4318 (HTTP).",
    )
    headers: dict[str, str] = Field(
        {}, repr=False, description="Headers of each request to the collector, such as a key."
    )
    signals: list[Signal] = Field(
        ["traces", "metrics", "logs"], min_length=1, description="What is sent."
    )
    instrument: list[Instrumented] = Field(
        ["flask"], description="What makes spans by itself; each needs its library."
    )
    excluded_urls: list[Regex] = Field(
        [], description="Regular expressions of URLs whose requests make no span."
    )
    service_name: str | None = Field(
        None, description="The service; default: OTEL_SERVICE_NAME, else the app's name."
    )
    resource: dict[str, str] = Field(
        {}, description="Further attributes of the resource, by their names."
    )
    sample_rate: Annotated[float, Field(ge=0, le=1)] | None = Field(
        None,
        description="The share of traces that is kept, unless the caller has decided; default: "
        "OTEL_TRACES_SAMPLER, else all.",
    )
    metrics_interval_seconds: float = Field(
        60.0, ge=0.1, le=3600, description="How often metrics are sent."
    )
    timeout_seconds: float = Field(
        10.0, gt=0, le=60, description="How long one request to the collector may take."
    )
    flush_seconds: float = Field(
        5.0, gt=0, le=60, description="How long the end may wait until all is sent."
    )
