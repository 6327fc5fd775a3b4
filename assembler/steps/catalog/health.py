"""Answer whether the process is alive, has started, and is ready for requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from assembler.steps.forms import CatalogStep, FrozenOptions
from assembler.steps.own_routes import UrlPrefix, check_routes_free

if TYPE_CHECKING:
    from assembler.steps.forms import StepContext

__all__ = ["STEP", "HealthOptions"]


class HealthOptions(FrozenOptions):
    """Where the routes are, and how long they wait."""

    url_prefix: UrlPrefix = Field(
        "/health", description="The path below which `/live`, `/ready` and `/startup` are."
    )
    timeout_seconds: float = Field(
        2.0, gt=0, le=60, description="How long each readiness check may take before it fails."
    )


def apply_health(context: StepContext, options: HealthOptions) -> None:
    """Add the routes; the checks are carried out when somebody asks for readiness, not now."""
    from assembler.steps.health_checks import HealthChecks
    from assembler.steps.health_views import HealthAnswers
    from assembler.steps.own_views import add_own_views

    app, prefix = context.app, options.url_prefix
    answers = HealthAnswers(
        context.report, HealthChecks(app, context.report, options.timeout_seconds)
    )
    views = {f"{prefix}/{name}": view for name, view in answers.views.items()}
    check_routes_free(app, views, "url_prefix")
    context.on_assembled(answers.note_start)
    add_own_views(context, "assembler_health", views)


STEP = CatalogStep(
    name="health",
    group="observability",
    summary="Answer `/health/live`, `/health/ready` and `/health/startup`.",
    options=HealthOptions,
    apply=apply_health,
    once=True,
)
