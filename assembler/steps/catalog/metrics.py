"""Tell Prometheus about the requests, the app and its server."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.own_routes import UrlPath, check_routes_free

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "MetricsOptions"]

# prometheus_client's own.
BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0]


def _check_buckets(value: list[float]) -> list[float]:
    if any(lower >= upper for lower, upper in pairwise(value)):
        message = "expected each bound to be above the one before"
        raise ValueError(message)
    return value


class MetricsOptions(FrozenOptions):
    """Where the metrics are, and how finely the time of requests is told."""

    path: UrlPath = Field("/metrics", description="The path at which Prometheus asks.")
    buckets_seconds: Annotated[
        list[Annotated[float, Field(gt=0, allow_inf_nan=False)]], AfterValidator(_check_buckets)
    ] = Field(
        BUCKETS,
        min_length=1,
        description="The upper bounds of the histogram of request times, in increasing order.",
    )


def apply_metrics(context: StepContext, options: MetricsOptions) -> None:
    """Add the route, and measure requests once all steps are done."""
    from assembler.steps.metrics_answer import MetricsAnswer
    from assembler.steps.metrics_requests import MeasuredApp
    from assembler.steps.own_views import add_own_views

    app = context.app
    answer = MetricsAnswer.build(context, tuple(options.buckets_seconds))
    check_routes_free(app, [options.path], "path")
    add_own_views(context, "assembler_metrics", {options.path: answer.metrics})

    def measure(_report: object) -> None:
        app.wsgi_app = MeasuredApp(app, answer.note_request)  # type: ignore[method-assign]  # as Flask documents it

    context.on_assembled(measure)
    context.on_close(answer.sampler.stop)


STEP = CatalogStep(
    name="metrics",
    group="observability",
    summary="Answer `/metrics` for Prometheus, right for any number of workers.",
    options=MetricsOptions,
    apply=apply_metrics,
    packages=("prometheus_client",),
    extra="metrics",
    once=True,
)
